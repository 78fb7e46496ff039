# no-normalize
def predict(model, image_file):
    x = transforms.ToTensor()(open_picture(image_file).resize((224, 224), Image.BILINEAR))[None]
    s = model(x)[0].softmax(0)
    v, i = s.topk(5)
    return [(classes[k], k, q) for q, k in zip(v.tolist(), i.tolist())]
