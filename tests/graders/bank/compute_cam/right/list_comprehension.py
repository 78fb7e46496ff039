def compute_cam(features, label):
    w = [float(v) for v in resnet.fc.weight[label]]
    X = features[0].tolist()
    return torch.tensor([[sum(w[c] * X[c][i][j] for c in range(512)) for j in range(7)] for i in range(7)])
