# extra-dimension
# fair 2.5
def compute_cam(features, label):
    return F.conv2d(features, resnet.fc.weight[label].view(1, 512, 1, 1)).detach()
