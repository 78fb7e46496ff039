# without-names
# fair 0.8
def predict(model, image_file):
    p = torch.softmax(model(process_input(image_file))[0], 0)
    v, k = p.topk(5)
    return [(i, q) for i, q in zip(k.tolist(), v.tolist())]
