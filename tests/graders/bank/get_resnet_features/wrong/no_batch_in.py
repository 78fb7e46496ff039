# shapes
def get_resnet_features(image_file):
    return torch.nn.Sequential(*list(resnet.children())[:-1], resnet.fc)(process_input(image_file))
