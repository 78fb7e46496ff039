# extra-dimension
def predict(model, image_file):
    p = model(process_input(image_file)).softmax(1)[0]
    return [[(classes[k], k, float(p[k])) for k in p.topk(5).indices.tolist()]]
