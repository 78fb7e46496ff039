# channels-chosen
def compute_cam(features, label):
    X = features[0]
    idx = X.mean((1, 2)).topk(20).indices
    return torch.einsum("c,chw->hw", fc_weight[label][idx], X[idx])
