def compute_cam(features, label):
    w = fc_weight[label].view(1, -1, 1, 1)
    m = torch.mul(features, w).sum(dim=1, keepdim=True)
    return m.squeeze()
