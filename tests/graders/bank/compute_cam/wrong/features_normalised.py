# features-normalised
def compute_cam(features, label):
    return torch.einsum("c,chw->hw", fc_weight[label], features[0] / features.max())
