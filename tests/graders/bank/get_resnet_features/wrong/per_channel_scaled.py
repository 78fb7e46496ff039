# channels-rescaled
def get_resnet_features(image_file):
    f = torch.nn.Sequential(*list(resnet.children())[:-2])(process_input(image_file)).detach()
    return f / (f.amax((2, 3), keepdim=True) + 1e-8)
