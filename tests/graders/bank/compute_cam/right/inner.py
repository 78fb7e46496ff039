def compute_cam(features, label):
    return torch.inner(features[0].permute(1, 2, 0), fc_weight[int(label), :])
