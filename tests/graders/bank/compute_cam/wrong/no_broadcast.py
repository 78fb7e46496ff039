# shapes
# fair 2
def compute_cam(features, label):
    return (resnet.fc.weight[label] * features[0]).sum(0)
