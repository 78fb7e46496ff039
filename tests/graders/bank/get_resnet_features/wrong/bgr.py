# bgr
def get_resnet_features(image_file):
    x = preprocess(Image.fromarray(np.asarray(open_picture(image_file))[:, :, ::-1].copy()))[None]
    for name in "conv1 bn1 relu maxpool layer1 layer2 layer3 layer4".split():
        x = getattr(resnet, name)(x)
    return x.detach()
