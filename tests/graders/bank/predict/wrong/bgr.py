# bgr
def predict(model, image_file):
    x = preprocess(Image.fromarray(np.asarray(open_picture(image_file))[:, :, ::-1].copy()))[None]
    s = model(x)[0].softmax(0)
    v, i = s.topk(5)
    return [(classes[k], k, q) for q, k in zip(v.tolist(), i.tolist())]
