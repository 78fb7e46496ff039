# class-differences
def compute_cam(features, label):
    cams = torch.einsum("kc,chw->khw", fc_weight, features[0])
    return cams[label] - cams.max(0).values
