def get_resnet_features(image_file):
    x = process_input(image_file)
    with torch.inference_mode():
        return torch.nn.Sequential(*list(resnet.children())[:-2])(x)
