# softmax-on-weights
def compute_cam(features, label):
    return torch.einsum("c,chw->hw", fc_weight[label].softmax(0), features[0])
