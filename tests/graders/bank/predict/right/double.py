def predict(model, image_file):
    model_input = process_input(image_file)
    z = model(model_input).double()
    p = z.softmax(-1).squeeze(0)
    v, i = p.topk(5)
    return [(classes[k], k, q) for q, k in zip(v.tolist(), i.tolist())]
