# arguments
def predict(image_file, model):
    p = model(process_input(image_file)).softmax(1)[0]
    best = p.topk(5).indices.tolist()
    return [(classes[i], i, p[i].item()) for i in best]
