# label-off-by-one
def compute_cam(features, label):
    return torch.einsum("c,chw->hw", fc_weight[(label + 1) % 1000], features[0])
