# wrong-names
# fair 0.6
def predict(model, image_file):
    top = torch.softmax(model(process_input(image_file))[0], 0).topk(5)
    return list(zip(classes, top.indices.tolist(), top.values.tolist()))
