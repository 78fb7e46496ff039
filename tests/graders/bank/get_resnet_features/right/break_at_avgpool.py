def get_resnet_features(image_file):
    x = process_input(image_file)
    for name, module in resnet._modules.items():
        if name == "avgpool":
            break
        x = module(x)
    return x
