def compute_cam(features, label):
    parts = [fc_weight[label, c].item() * features[0, c] for c in range(features.shape[1])]
    return torch.stack(parts).sum(dim=0)
