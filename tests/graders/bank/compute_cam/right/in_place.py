def compute_cam(features, label):
    out = features.clone()[0]
    out *= fc_weight[label].reshape(-1, 1, 1)
    return out.sum(dim=0)
