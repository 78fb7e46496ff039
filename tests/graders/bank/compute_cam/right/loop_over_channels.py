def compute_cam(features, label):
    cam = torch.zeros(7, 7)
    w = fc_weight[label]
    for c in range(512):
        cam = cam + w[c] * features[0, c]
    return cam
