def compute_cam(features, label):
    with torch.no_grad():
        return (resnet.fc(features[0].permute(1, 2, 0)) - resnet.fc.bias)[..., label]
