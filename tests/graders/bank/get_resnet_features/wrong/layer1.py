# layer1
def get_resnet_features(image_file):
    x = process_input(image_file)
    for name in "conv1 bn1 relu maxpool layer1".split():
        x = getattr(resnet, name)(x)
    return x.detach()
