def predict(model, image_file):
    x = process_input(image_file)
    z = model(x).double()
    p = (z - z.max()).exp()
    p /= p.sum(dim=1, keepdim=True)
    v, k = p.topk(5)
    return [(classes[b], b, a) for a, b in zip(v[0].tolist(), k[0].tolist())]
