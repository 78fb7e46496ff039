# min-max
# fair 1.0
def compute_cam(features, label):
    f = features.numpy()
    w = resnet.fc.weight.detach().numpy()
    cam = w[label].dot(f.reshape(512, 49)).reshape(7, 7)
    cam = cam - np.min(cam)
    cam_img = cam / np.max(cam)
    return torch.from_numpy(np.uint8(255 * cam_img))
