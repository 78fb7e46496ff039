def compute_cam(features, label):
    return (fc_weight[label].view(1, 512, 1, 1) * features).mean(1)[0] * 512
