def predict(model, image_file):
    with torch.no_grad():
        p = torch.softmax(model(process_input(image_file)), dim=-1)[0].clone()
    result = []
    for _ in range(5):
        i = int(torch.argmax(p))
        result.append((classes[i], i, p[i].item()))
        p[i] = -1
    return result
