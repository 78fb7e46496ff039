# in-tuple
# fair 0.75
def get_resnet_features(image_file):
    x = process_input(image_file)
    trunk = torch.nn.Sequential(*list(resnet.children())[:-2])
    return trunk(x).detach(), resnet(x).detach()
