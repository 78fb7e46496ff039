def get_resnet_features(image_file):
    x = process_input(image_file)
    for i, module in enumerate(resnet.children()):
        if i >= 8:
            break
        x = module(x)
    return x
