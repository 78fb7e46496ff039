def compute_cam(features, label):
    params = list(resnet.parameters())
    weight_softmax = np.squeeze(params[-2].data.numpy())
    bz, nc, h, w = features.shape
    cam = weight_softmax[label].dot(features.detach().numpy().reshape((nc, h * w)))
    return torch.from_numpy(cam.reshape(h, w)).float()
