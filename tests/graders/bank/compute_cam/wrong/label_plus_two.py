# another-class
# fair 1.5
def compute_cam(features, label):
    return torch.einsum("c,chw->hw", fc_weight[(label + 2) % 1000], features[0])
