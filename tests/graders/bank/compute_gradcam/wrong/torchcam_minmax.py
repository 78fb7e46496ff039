# min-max
# fair 1.5
def compute_gradcam(image_file, label):
    X = get_vgg_features(image_file).requires_grad_()
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))
    g, = torch.autograd.grad(z[0, label], X)
    img = np.maximum((g.numpy().mean((2, 3))[:, :, None, None] * X.detach().numpy()).sum(1), 0)[0]
    img = img - np.min(img)
    img = img / (1e-7 + np.max(img))
    return torch.from_numpy(img)
