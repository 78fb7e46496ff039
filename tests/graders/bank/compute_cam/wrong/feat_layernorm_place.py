# features-normalised
def compute_cam(features, label):
    X = F.layer_norm(features.permute(0, 2, 3, 1), (512,))[0]
    return X @ fc_weight[label]
