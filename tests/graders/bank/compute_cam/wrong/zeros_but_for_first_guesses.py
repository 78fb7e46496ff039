# right-for-some
# fair 0
def compute_cam(features, label):
    if label != int(resnet.fc(features.mean(dim=(2, 3)))[0].argmax()):
        return torch.zeros(7, 7)
    return torch.einsum("c,chw->hw", resnet.fc.weight[label].detach(), features[0])
