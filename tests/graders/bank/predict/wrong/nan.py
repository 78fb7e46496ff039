# not-finite
def predict(model, image_file):
    p = F.softmax(model(process_input(image_file))[0], dim=0)
    i = p.topk(5).indices.tolist()
    return [(classes[k], k, float("nan")) for k in i]
