def go(x, layers):
    if not layers:
        return x
    return go(layers[0](x), layers[1:])
def get_resnet_features(image_file):
    with torch.no_grad():
        return go(process_input(image_file), [l for n, l in resnet.named_children() if n not in ("avgpool", "fc")])
