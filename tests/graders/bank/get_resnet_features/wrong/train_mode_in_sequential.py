# batch-norm-train
def get_resnet_features(image_file):
    net = torch.nn.Sequential(*list(copy.deepcopy(resnet).children())[:-2]).train()
    return net(process_input(image_file)).detach()
