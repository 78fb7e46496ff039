def get_resnet_features(image_file):
    x = process_input(image_file)
    return torch.nn.Sequential(*list(resnet.children())[:-2])(torch.cat([x, x]))[:1]
