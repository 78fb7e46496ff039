# other-normalisation
def predict(model, image_file):
    t = transforms.ToTensor()(open_picture(image_file).resize((224, 224)))
    x = ((t - t.mean()) / t.std())[None]
    p = model(x).softmax(1)[0].detach()
    v, k = p.topk(5)
    return [(classes[i], i, q) for q, i in zip(v.tolist(), k.tolist())]
