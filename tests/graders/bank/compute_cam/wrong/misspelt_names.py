# not-defined
# fair 2.5
def compute_cam(features, label):
    weights = resnet.fc.weight[label].detach()
    cam = torch.zeros(7, 7)
    for i in range(512):
        cam += weight[i] * feature[0, i]
    return cam
