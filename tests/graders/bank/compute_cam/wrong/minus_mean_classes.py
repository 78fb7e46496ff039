# class-differences
def compute_cam(features, label):
    w = fc_weight[label] - fc_weight.mean(dim=0)
    return torch.einsum("c,chw->hw", w, features[0])
