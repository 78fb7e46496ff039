# not-implemented
def predict(model, image_file):
    raise NotImplementedError
