# extra-dimension|three-lists
# fair 0.6
def predict(model, image_file):
    top = torch.softmax(model(process_input(image_file)), 1).topk(5)
    return [([classes[i] for i in k], k, p) for k, p in zip(top.indices.tolist(), top.values.tolist())]
