def get_resnet_features(image_file):
    x = process_input(image_file)
    for child in list(resnet.children())[:8]:
        x = child(x)
    return x.detach()
