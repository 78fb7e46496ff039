# channels-left-out
# fair 2.5
def compute_cam(features, label):
    w = resnet.fc.weight[label].detach()
    m = torch.zeros(7, 7)
    for c in range(1, 512):
        m += w[c] * features[0, c]
    return m
