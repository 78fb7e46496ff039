# softmax-of-negated
# fair 0.4
def predict(model, image_file):
    p, k = F.softmin(model(process_input(image_file))[0], dim=0).topk(5)
    return [(classes[i], i, q) for i, q in zip(k.tolist(), p.tolist())]
