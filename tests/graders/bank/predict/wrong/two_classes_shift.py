# wrong-names
# fair 0.6
def predict(model, image_file):
    p = torch.softmax(model(process_input(image_file))[0], 0)
    top = torch.topk(p, 5)
    result = []
    for i in range(5):
        result.append((classes[top.indices[i] - 1], top.indices[i].item() , top.values[i].item()))
    return result
