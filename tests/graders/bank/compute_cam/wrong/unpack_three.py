# unpacking
# fair 1.5
def compute_cam(features, label):
    c, h, w = features.shape
    return (resnet.fc.weight[label] @ features.reshape(c, h * w)).reshape(h, w)
