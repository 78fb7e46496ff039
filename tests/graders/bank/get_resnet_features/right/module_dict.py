def get_resnet_features(image_file):
    layers = dict(resnet.named_children())
    x = process_input(image_file)
    for name in "conv1 bn1 relu maxpool layer1 layer2 layer3 layer4".split():
        x = layers[name](x)
    return x.clone().detach().requires_grad_(True)
