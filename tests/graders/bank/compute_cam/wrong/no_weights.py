# no-weights
def compute_cam(features, label):
    return features.sum(1)[0]
