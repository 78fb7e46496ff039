# complement
def predict(model, image_file):
    with torch.no_grad():
        z = model(process_input(image_file))[0]
    p = 1 - z.softmax(0)
    v, i = p.topk(5)
    return [(classes[k], k, q) for q, k in zip(v.tolist(), i.tolist())]
