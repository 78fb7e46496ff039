# other-probabilities
def predict(model, image_file):
    p = model(process_input(image_file)).softmax(1)[0]
    v, i = p.topk(5)
    return [(classes[k], k, q) for q, k in zip(v.cumsum(0).tolist(), i.tolist())]
