# wrong-names
labels = [None] + list(classes)
def predict(model, image_file):
    p = model(process_input(image_file)).softmax(1)[0]
    v, i = p.topk(5)
    return [(str(labels[int(k)]), int(k), float(q)) for q, k in zip(v, i)]
