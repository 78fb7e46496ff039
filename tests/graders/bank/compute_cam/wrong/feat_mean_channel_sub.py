# mean-subtracted|features-normalised
def compute_cam(features, label):
    X = features[0]
    X = X - X.mean(dim=(1, 2), keepdim=True)
    return torch.einsum("c,chw->hw", fc_weight[label], X)
