# function-of-each-number
def get_resnet_features(image_file):
    f = torch.nn.Sequential(*list(resnet.children())[:-2])
    return torch.tanh(f(process_input(image_file)).detach())
