# same-for-all
kept = []


def compute_cam(features, label):
    kept.append(torch.einsum("c,chw->hw", fc_weight[label], features[0]))
    return kept[0]
