def get_resnet_features(image_file):
    x = process_input(image_file)
    kept = []
    handle = resnet.layer4.register_forward_hook(lambda m, i, o: kept.append(o.detach()))
    resnet(x)
    handle.remove()
    return kept[0]
