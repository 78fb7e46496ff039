# other-normalisation
def predict(model, image_file):
    img = np.asarray(open_picture(image_file).resize((224, 224)), dtype=np.float32)
    img = (img - np.array([0.485, 0.456, 0.406], dtype=np.float32)) / np.array([0.229, 0.224, 0.225], dtype=np.float32)
    x = torch.from_numpy(img / 255).permute(2, 0, 1)[None]
    p = model(x).softmax(1)[0].detach()
    v, k = p.topk(5)
    return [(classes[i], i, q) for q, i in zip(v.tolist(), k.tolist())]
