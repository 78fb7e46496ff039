def predict(model, image_file):
    x = process_input(image_file)
    p = model(torch.cat([x, x])).softmax(1)[1]
    v, i = p.topk(5)
    return [(classes[k], k, q) for q, k in zip(v.tolist(), i.tolist())]
