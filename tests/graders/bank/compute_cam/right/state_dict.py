def compute_cam(features, label):
    w = resnet.state_dict()["fc.weight"][label].double()
    return torch.einsum("c,chw->hw", w, features[0].double())
