# not-implemented
def get_resnet_features(image_file):
    x = process_input(image_file)
    result = None
    return result
