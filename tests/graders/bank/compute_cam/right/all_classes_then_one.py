def compute_cam(features, label):
    return torch.einsum("kc,bchw->bkhw", fc_weight, features)[0, label]
