def predict(model, image_file):
    x = preprocess(Image.open(image_file).convert("RGB"))[None]
    model.eval()
    with torch.no_grad():
        p = model(x)[0].softmax(0)
    v, i = p.topk(5)
    return [(classes[k], k, q) for q, k in zip(v.tolist(), i.tolist())]
