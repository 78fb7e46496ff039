# not-the-answer
# fair 0.1
def get_resnet_features(image_file):
    return resnet.layer4[1].conv2.weight.data
