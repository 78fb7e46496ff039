def get_resnet_features(image_file):
    torch.set_grad_enabled(False)
    x = process_input(image_file)
    for name, layer in resnet.named_children():
        x = layer(x)
        if name == "layer4":
            return x
