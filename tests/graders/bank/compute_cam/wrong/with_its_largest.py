# in-tuple
# fair 2.5
def compute_cam(features, label):
    cam = torch.einsum("c,chw->hw", fc_weight[label], features[0])
    return cam, cam.max()
