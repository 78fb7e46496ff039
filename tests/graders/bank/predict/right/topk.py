def predict(model, image_file):
    p = F.softmax(model(process_input(image_file))[0], dim=0)
    top = p.topk(5)
    return [(classes[i], i, v) for v, i in zip(top.values.tolist(), top.indices.tolist())]
