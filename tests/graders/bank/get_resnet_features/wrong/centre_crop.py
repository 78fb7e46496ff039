# centre-crop
def get_resnet_features(image_file):
    x = preprocess.transforms[2](
        transforms.ToTensor()(
            transforms.CenterCrop(224)(transforms.Resize(256)(open_picture(image_file)))
        )
    )[None]
    for name in "conv1 bn1 relu maxpool layer1 layer2 layer3 layer4".split():
        x = getattr(resnet, name)(x)
    return x.detach()
