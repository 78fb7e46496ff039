# pooled
def get_resnet_features(image_file):
    net = torch.nn.Sequential(*list(resnet.children())[:-2])
    return F.adaptive_max_pool2d(net(process_input(image_file)), 1).detach()
