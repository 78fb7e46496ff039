# not-implemented
def predict(model, image_file):
    x = process_input(image_file)
    result = None
    return result
