# -
def compute_cam(features, label):
    return sum(fc_weight[label, c] * features[0, c - 1] for c in range(512))
