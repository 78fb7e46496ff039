# syntax-error-pasted
# fair 2.5
def compute_cam(features, label):
    weights = resnet.fc.weight[label].detach()
    return torch.einsum(“c,chw->hw”, weights, features[0])
