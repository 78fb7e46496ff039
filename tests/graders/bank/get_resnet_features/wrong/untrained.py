# changes-when-asked-again
def get_resnet_features(image_file):
    net = models.resnet18().eval()
    return torch.nn.Sequential(*list(net.children())[:-2])(process_input(image_file)).detach()
