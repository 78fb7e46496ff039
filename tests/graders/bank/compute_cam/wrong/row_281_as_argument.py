# another-class
# fair 1.5
def compute_cam(features, label):
    w = resnet.fc.weight[281].detach()
    return torch.einsum("c,chw->hw", w, features[0])
