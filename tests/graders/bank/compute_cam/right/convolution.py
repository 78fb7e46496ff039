def compute_cam(features, label):
    return F.conv2d(features, resnet.fc.weight[label].view(1, 512, 1, 1))[0, 0].detach()
