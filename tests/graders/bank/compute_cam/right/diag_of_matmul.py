def compute_cam(features, label):
    X = features.reshape(512, 49)
    return torch.mm(fc_weight[label:label + 1], X).reshape(7, 7)
