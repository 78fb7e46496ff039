def get_resnet_features(image_file):
    net = copy.deepcopy(resnet)
    net.avgpool = torch.nn.Identity()
    net.fc = torch.nn.Identity()
    return net(process_input(image_file)).reshape(1, 512, 7, 7)
