# wrong-model
# fair 0.5
def predict(model, image_file):
    x = process_input(image_file)
    with torch.no_grad():
        out = resnet(x)
    p = torch.softmax(out, 1)[0]
    v, i = torch.topk(p, 5)
    return [(classes[a], a, b) for a, b in zip(i.tolist(), v.tolist())]
