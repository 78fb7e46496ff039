# other-picture
# fair 0.4
def get_resnet_features(image_file):
    x = process_input("cat.jpg")
    for name in "conv1 bn1 relu maxpool layer1 layer2 layer3 layer4".split():
        x = getattr(resnet, name)(x)
    return x.detach()
