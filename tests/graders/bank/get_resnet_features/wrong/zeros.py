# all-zero
def get_resnet_features(image_file):
    return torch.zeros(1, 512, 7, 7)
