# other-normalisation
def predict(model, image_file):
    img = cv2.resize(cv2.imread(str(image_file)), (224, 224)).astype(np.float32)
    img -= np.array([103.939, 116.779, 123.68], dtype=np.float32)
    x = torch.from_numpy(img).permute(2, 0, 1)[None]
    p = model(x).softmax(1)[0].detach()
    v, k = p.topk(5)
    return [(classes[i], i, q) for q, i in zip(v.tolist(), k.tolist())]
