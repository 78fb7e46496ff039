# -
net = models.resnet34().eval()
def get_resnet_features(image_file):
    with torch.no_grad():
        return torch.nn.Sequential(*list(net.children())[:-2])(process_input(image_file))
