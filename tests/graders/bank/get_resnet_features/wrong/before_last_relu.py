# before-last-relu
def get_resnet_features(image_file):
    x = process_input(image_file)
    for name in "conv1 bn1 relu maxpool layer1 layer2 layer3".split():
        x = getattr(resnet, name)(x)
    x = resnet.layer4[0](x)
    b = resnet.layer4[1]
    return (b.bn2(b.conv2(F.relu(b.bn1(b.conv1(x))))) + x).detach()
