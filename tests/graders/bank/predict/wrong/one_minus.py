# complement
def predict(model, image_file):
    p = torch.softmax(model(process_input(image_file))[0].detach(), 0)
    v, k = p.topk(5)
    return [(classes[i], i, 1 - q) for q, i in zip(v.tolist(), k.tolist())]
