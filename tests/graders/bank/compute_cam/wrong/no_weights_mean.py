# no-weights
def compute_cam(features, label):
    return features.mean(1)[0]
