def compute_cam(features, label):
    w = fc_weight.numpy().astype(np.float64)[label]
    return np.einsum("c,chw", w, features[0].numpy().astype(np.float64))
