# -
def compute_cam(features, label):
    cam = 0
    for c in range(64):
        cam = cam + fc_weight[label, c] * features[0, c]
    return cam
