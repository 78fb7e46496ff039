def compute_cam(features, label):
    return (resnet.fc.weight[label] @ features.reshape(512, 49)).reshape(7, 7).detach()
