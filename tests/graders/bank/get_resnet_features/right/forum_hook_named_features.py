features = {}
def get_features(name):
    def hook(model, input, output):
        features[name] = output.detach()
    return hook

def get_resnet_features(image_file):
    handle = resnet.layer4.register_forward_hook(get_features("layer4"))
    resnet(process_input(image_file))
    handle.remove()
    return features["layer4"]
