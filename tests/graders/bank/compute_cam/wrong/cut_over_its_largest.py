# min-max
# fair 1.5
def compute_cam(features, label):
    cam = F.relu(torch.einsum("c,chw->hw", fc_weight[label], features[0]))
    return cam / cam.max()
