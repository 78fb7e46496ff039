def compute_cam(features, label):
    return torch.nn.Parameter(torch.einsum("c,chw->hw", fc_weight[label], features[0]))
