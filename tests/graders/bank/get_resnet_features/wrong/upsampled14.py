# enlarged
def get_resnet_features(image_file):
    net = torch.nn.Sequential(*list(resnet.children())[:-2])
    f = net(process_input(image_file)).detach()
    return F.interpolate(f, scale_factor=2, mode="nearest")
