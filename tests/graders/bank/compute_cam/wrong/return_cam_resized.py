# enlarged|min-max
# fair 1
def returnCAM(feature_conv, weight_softmax, class_idx):
    size_upsample = (256, 256)
    bz, nc, h, w = feature_conv.shape
    output_cam = []
    for idx in class_idx:
        m = weight_softmax[idx].dot(feature_conv.reshape((nc, h * w))).reshape(h, w)
        m = m - np.min(m)
        output_cam.append(cv2.resize(np.uint8(255 * (m / np.max(m))), size_upsample))
    return output_cam
def compute_cam(features, label):
    return torch.tensor(returnCAM(features.numpy(), resnet.fc.weight.data.numpy(), [label])[0])
