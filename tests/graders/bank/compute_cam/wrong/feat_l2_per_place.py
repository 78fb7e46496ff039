# features-normalised
def compute_cam(features, label):
    X = F.normalize(features, dim=1)[0]
    return torch.einsum("c,chw->hw", fc_weight[label], X)
