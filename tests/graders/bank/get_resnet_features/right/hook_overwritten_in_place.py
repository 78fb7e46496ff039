def get_resnet_features(image_file):
    out = {}
    def hook(m, i, o): out["x"] = o.detach()
    h = resnet.layer4[1].bn2.register_forward_hook(hook)
    resnet(process_input(image_file))
    h.remove()
    return out["x"]
