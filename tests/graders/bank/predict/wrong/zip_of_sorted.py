# probabilities-misplaced
def predict(model, image_file):
    p = model(process_input(image_file)).softmax(1)[0].tolist()
    chosen = sorted(range(1000), key=p.__getitem__, reverse=True)[:5]
    return [(classes[k], k, q) for k, q in zip(sorted(chosen), sorted(p, reverse=True))]
