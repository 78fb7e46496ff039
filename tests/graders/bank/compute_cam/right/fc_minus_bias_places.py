def compute_cam(features, label):
    with torch.no_grad():
        per_place = resnet.fc(features.permute(0, 2, 3, 1)) - resnet.fc.bias
    return per_place[0, :, :, label]
