# softmax-over-wrong-axis
def predict(model, image_file):
    s = F.softmax(model(process_input(image_file)), dim=0)[0]
    v, i = s.topk(5)
    return [(classes[k], k, q) for q, k in zip(v.tolist(), i.tolist())]
