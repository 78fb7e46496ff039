# probabilities-without-classes
# fair 0.6
def predict(model, image_file):
    p = model(process_input(image_file)).softmax(1)[0]
    best = p.sort(descending=True).values[:5].tolist()
    ids = p.argsort()[:5].tolist()
    return [(classes[i], i, q) for i, q in zip(ids, best)]
