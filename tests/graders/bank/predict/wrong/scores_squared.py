# nearly-the-classes
def predict(model, image_file):
    z = model(process_input(image_file))[0].detach()
    p = z ** 2 / (z ** 2).sum()
    v, k = p.topk(5)
    return [(classes[i], i, q) for q, i in zip(v.tolist(), k.tolist())]
