# other-picture
def compute_cam(features, label):
    x = torch.nn.Sequential(*list(resnet.children())[:-2])(process_input("cat.jpg"))[0]
    return torch.einsum("c,chw->hw", fc_weight[label], x)
