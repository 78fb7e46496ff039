def get_resnet_features(image_file):
    kept = []
    handle = resnet.layer4.register_forward_hook(lambda m, a, out: kept.append(out.detach().clone()))
    try:
        x = process_input(image_file)
        resnet(torch.stack([x[0], x[0].flip(-1)]))
    finally:
        handle.remove()
    return kept[-1][:1]
