# otherwise-pooled-gradients
# fair 1.0
def compute_gradcam(image_file, label):
    X = get_vgg_features(image_file).requires_grad_()
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))
    grads, = torch.autograd.grad(z[0, label], X)
    grads = grads.numpy(); activations = X.detach().numpy()
    g2 = grads ** 2
    g3 = g2 * grads
    s = np.sum(activations, axis=(2, 3))
    aij = g2 / (2 * g2 + s[:, :, None, None] * g3 + 1e-6)
    aij = np.where(grads != 0, aij, 0)
    w = np.sum(np.maximum(grads, 0) * aij, axis=(2, 3))
    return torch.from_numpy(np.maximum((w[:, :, None, None] * activations).sum(1)[0], 0))
