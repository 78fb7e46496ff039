# other-picture
kept = []
resnet.layer4.register_forward_hook(lambda m, i, o: kept.append(o.detach()))


def get_resnet_features(image_file):
    resnet(process_input(image_file))
    return kept[0]
