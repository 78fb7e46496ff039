# other-picture
seen = []


def predict(model, image_file):
    seen.append(image_file)
    s = model(process_input(seen[0]))[0].softmax(0)
    v, i = s.topk(5)
    return [(classes[k], k, q) for q, k in zip(v.tolist(), i.tolist())]
