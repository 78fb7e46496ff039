# coloured
# fair 1.5
def compute_cam(features, label):
    m = torch.einsum("c,chw->hw", fc_weight[label], features[0]).numpy()
    m = (m - m.min()) / (m.max() - m.min())
    big = cv2.resize(np.uint8(255 * m), (224, 224))
    return cv2.applyColorMap(big, cv2.COLORMAP_JET)
