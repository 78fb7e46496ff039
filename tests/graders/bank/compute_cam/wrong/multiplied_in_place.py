# argument-changed
# fair 2.5
def compute_cam(features, label):
    features *= resnet.fc.weight[label].detach()[None, :, None, None]
    return features.sum(dim=1)[0]
