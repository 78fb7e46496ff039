def compute_cam(features, label):
    with torch.no_grad():
        scores = resnet.fc(features[0].flatten(1).T)
    return (scores - resnet.fc.bias)[:, label].view(7, 7).detach()
