def compute_cam(features, label):
    x = features.permute(0, 2, 3, 1)
    return F.linear(x, resnet.fc.weight)[0, :, :, label].detach()
