# picture-ignored
kept = {}


def compute_cam(features, label):
    if label not in kept:
        kept[label] = torch.einsum("c,chw->hw", fc_weight[label], features[0])
    return kept[label]
