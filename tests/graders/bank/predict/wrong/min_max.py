# scores-rescaled
def predict(model, image_file):
    z = model(process_input(image_file))[0]
    s = (z - z.min()) / (z.max() - z.min())
    v, i = s.topk(5)
    return [(classes[k], k, q) for q, k in zip(v.tolist(), i.tolist())]
