# other-number-of-classes
# fair 0.7
def predict(model, image_file):
    top = torch.softmax(model(process_input(image_file))[0], 0).topk(5)
    result = []
    for k, p in zip(top.indices.tolist(), top.values.tolist()):
        result.append((classes[k], k, p))
        return result
