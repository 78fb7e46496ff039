# mirrored
def predict(model, image_file):
    x = process_input(image_file).flip(3)
    s = model(x)[0].softmax(0)
    v, i = s.topk(5)
    return [(classes[k], k, q) for q, k in zip(v.tolist(), i.tolist())]
