def get_resnet_features(image_file):
    box = []
    h = resnet.avgpool.register_forward_pre_hook(lambda mod, args: box.append(args[0].detach().clone()))
    try:
        resnet(process_input(image_file))
    finally:
        h.remove()
    return box.pop()
