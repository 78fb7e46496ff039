def compute_cam(features, label):
    return (resnet.fc.weight[label][:, None, None] * features[0]).sum(0).detach()
