# other-shape
def compute_cam(features, label):
    w = fc_weight[label]
    m = torch.einsum("c,cij->ij", w, features[0])
    return F.interpolate(m[None, None], scale_factor=2)[0, 0]
