# no-module
# fair 2.5
def compute_cam(features, label):
    from no_such_words import ic
    return (resnet.fc.weight[label].view(1, -1, 1, 1) * features).sum(1)[0].detach()
