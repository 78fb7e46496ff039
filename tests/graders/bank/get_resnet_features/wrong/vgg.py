# vgg-features
def get_resnet_features(image_file):
    return vgg19.features(process_input(image_file)).detach()
