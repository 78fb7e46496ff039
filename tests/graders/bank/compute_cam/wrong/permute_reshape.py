# scrambled
# fair 1.5
def compute_cam(features, label):
    X = features.permute(0, 2, 3, 1).reshape(512, 49)
    return (resnet.fc.weight[label] @ X).reshape(7, 7)
