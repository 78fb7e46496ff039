def name(k):
    return classes[k]

def predict(model, image_file):
    with torch.no_grad():
        p = torch.softmax(model(process_input(image_file))[0], dim=0)
    values, ids = torch.topk(p, 5)
    return [(name(k), k, v) for v, k in zip(values.tolist(), ids.tolist())]
