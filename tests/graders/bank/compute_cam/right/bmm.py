def compute_cam(features, label):
    w = fc_weight[label].view(1, 1, 512)
    return torch.bmm(w, features.view(1, 512, 49)).view(7, 7)
