# scrambled
def compute_cam(features, label):
    return features[0].reshape(7, 7, 512) @ fc_weight[label]
