# not-implemented
# fair 2.5
def compute_cam(features, label):
    result = (resnet.fc.weight[label].view(1, -1, 1, 1) * features).sum(1)[0].detach()
    raise NotImplementedError()
    return result
