def get_resnet_features(image_file):
    net = copy.deepcopy(resnet).double()
    return torch.nn.Sequential(*list(net.children())[:-2])(
        process_input(image_file).double()
    ).float()
