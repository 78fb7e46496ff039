# not-implemented
def compute_gradcam(image_file, label):
    x = process_input(image_file)
    result = None
    return result
