# features-normalised
def compute_cam(features, label):
    X = features.squeeze(0)
    lo = X.amin((1, 2), keepdim=True)
    hi = X.amax((1, 2), keepdim=True)
    X = (X - lo) / (hi - lo + 1e-8)
    return (fc_weight[label].view(-1, 1, 1) * X).sum(0)
