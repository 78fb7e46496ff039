# min-max
def compute_cam(features, label):
    cam = torch.einsum("c,chw->hw", fc_weight[label], features[0])
    return (cam - cam.min()) / (cam.max() - cam.min())
