# not-implemented
def predict(model, image_file):
    p = model(process_input(image_file)).softmax(1)[0]
    for k in p.topk(5).indices.tolist():
        print(classes[k], k, float(p[k]))
