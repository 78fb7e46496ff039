# softmax-twice
def predict(model, image_file):
    p = F.softmax(model(process_input(image_file)), dim=1)[0].detach()
    v, k = p.topk(5)
    return [(classes[i], i, q) for q, i in zip(v.softmax(0).tolist(), k.tolist())]
