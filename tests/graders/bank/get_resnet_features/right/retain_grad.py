def get_resnet_features(image_file):
    x = process_input(image_file)
    for name, layer in resnet.named_children():
        x = layer(x)
        if name == "layer4":
            x.retain_grad()
            break
    return x
