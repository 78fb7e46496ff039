# same-for-all
def predict(model, image_file):
    return [(classes[k], k, 0.0) for k in range(5)]
