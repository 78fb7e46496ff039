# text-for-tensor
def predict(model, image_file):
    return model(image_file)
