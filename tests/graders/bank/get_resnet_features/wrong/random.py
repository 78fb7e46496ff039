# changes-when-asked-again
def get_resnet_features(image_file):
    return torch.rand(1, 512, 7, 7)
