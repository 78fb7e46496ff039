# no-normalize
def get_resnet_features(image_file):
    x = transforms.ToTensor()(transforms.Resize((224, 224))(open_picture(image_file)))[None]
    for name in "conv1 bn1 relu maxpool layer1 layer2 layer3 layer4".split():
        x = getattr(resnet, name)(x)
    return x.detach()
