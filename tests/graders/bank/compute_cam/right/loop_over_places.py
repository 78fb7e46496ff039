def compute_cam(features, label):
    cam = torch.zeros(7, 7)
    for i in range(7):
        for j in range(7):
            cam[i, j] = torch.dot(fc_weight[label], features[0, :, i, j])
    return cam
