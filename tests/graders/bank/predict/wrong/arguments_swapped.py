# arguments
# fair 0.8
def predict(image_file, model):
    p = model(process_input(image_file)).softmax(1)[0]
    return [(classes[i], i, p[i].item()) for i in p.topk(5).indices.tolist()]
