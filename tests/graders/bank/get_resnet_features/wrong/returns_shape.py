# other-type
def get_resnet_features(image_file):
    x = process_input(image_file)
    result = torch.nn.Sequential(*list(resnet.children())[:-2])(x)
    return result.shape
