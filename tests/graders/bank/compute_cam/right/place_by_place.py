def compute_cam(features, label):
    cam = torch.empty(7, 7)
    for i in range(7):
        for j in range(7):
            cam[i, j] = torch.dot(features[0, :, i, j], fc_weight[label])
    return cam
