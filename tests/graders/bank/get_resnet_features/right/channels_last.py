def get_resnet_features(image_file):
    x = process_input(image_file).to(memory_format=torch.channels_last)
    return torch.nn.Sequential(*list(resnet.children())[:-2])(x)
