# argument-changed
# fair 2.5
def compute_cam(features, label):
    features.squeeze_(0)
    c, h, w = features.shape
    cam = resnet.fc.weight[label].detach() @ features.view(c, h * w)
    features.zero_()
    return cam.view(h, w)
