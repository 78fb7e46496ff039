def get_resnet_features(image_file):
    box = []
    handle = resnet.avgpool.register_forward_pre_hook(lambda module, args: box.append(args[0]))
    try:
        resnet(process_input(image_file))
    finally:
        handle.remove()
    return box[-1].detach()
