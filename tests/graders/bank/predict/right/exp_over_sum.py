def predict(model, image_file):
    z = model(process_input(image_file)).squeeze()
    e = z.exp()
    p = e / e.sum()
    k = p.topk(5).indices.tolist()
    return [(classes[i], i, p[i].item()) for i in k]
