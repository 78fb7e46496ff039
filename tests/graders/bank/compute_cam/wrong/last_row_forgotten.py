# rows-left-out
# fair 2.5
def compute_cam(features, label):
    cam = torch.zeros(7, 7)
    for i in range(6):
        for j in range(7):
            cam[i, j] = resnet.fc.weight[label].detach() @ features[0, :, i, j]
    return cam
