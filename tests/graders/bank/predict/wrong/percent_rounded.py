# percent
# fair 0.6
def predict(model, image_file):
    p = torch.softmax(model(process_input(image_file))[0], 0)
    v, k = p.topk(5)
    return [(classes[i], i, round(q * 100, 2)) for i, q in zip(k.tolist(), v.tolist())]
