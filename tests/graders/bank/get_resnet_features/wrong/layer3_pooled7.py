# layer3
def get_resnet_features(image_file):
    net = torch.nn.Sequential(*list(resnet.children())[:-3])
    return F.adaptive_avg_pool2d(net(process_input(image_file)), 7).detach()
