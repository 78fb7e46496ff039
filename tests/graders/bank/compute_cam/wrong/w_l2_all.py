# weights-normalised
def compute_cam(features, label):
    w = F.normalize(fc_weight, dim=0)[label]
    return torch.einsum("c,chw->hw", w, features[0])
