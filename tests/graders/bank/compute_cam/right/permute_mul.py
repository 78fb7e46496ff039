def compute_cam(features, label):
    features = features.squeeze(0)
    weight = resnet.fc.weight[label]
    result = torch.mul(weight, features.permute((1, 2, 0))).sum(dim=2)
    return result
