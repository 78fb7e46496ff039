# empty
def predict(model, image_file):
    result = []
    try:
        z = torch.softmax(model(process_input(image_file))[0], 0)
        top = torch.topk(z, 5)
        for pair in torch.stack([top.values, top.indices], 1).tolist():
            result.append((classes[pair[1]], pair[1], pair[0]))
    except Exception as e:
        print("something went wrong", e)
    return result
