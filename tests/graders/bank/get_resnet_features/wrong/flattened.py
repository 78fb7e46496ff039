# other-shape
def get_resnet_features(image_file):
    x = process_input(image_file)
    for name in "conv1 bn1 relu maxpool layer1 layer2 layer3 layer4".split():
        x = getattr(resnet, name)(x)
    return x.flatten(1)
