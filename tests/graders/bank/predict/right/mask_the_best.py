def predict(model, image_file):
    p = model(process_input(image_file)).softmax(1).detach().clone()[0]
    result = []
    while len(result) < 5:
        value, index = torch.max(p, dim=0)
        result += [(classes[index], int(index), float(value))]
        p[index] = -1
    return result
