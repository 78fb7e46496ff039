# softmax-of-top-five
def predict(model, image_file):
    z = model(process_input(image_file))[0]
    v, i = z.topk(5)
    v = v.softmax(0)
    return [(classes[k], k, q) for q, k in zip(v.tolist(), i.tolist())]
