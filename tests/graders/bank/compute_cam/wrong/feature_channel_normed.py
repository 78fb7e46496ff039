# features-normalised
def compute_cam(features, label):
    X = features[0]
    X = (X - X.mean((1, 2), keepdim=True)) / (X.std((1, 2), keepdim=True) + 1e-5)
    return torch.einsum("c,chw->hw", fc_weight[label], X)
