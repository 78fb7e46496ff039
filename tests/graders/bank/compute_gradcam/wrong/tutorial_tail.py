# min-max
# fair 1.5
def compute_gradcam(image_file, label):
    X = vgg19.features(process_input(image_file))
    X = X.detach().requires_grad_()
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))
    g, = torch.autograd.grad(z[0, label], X)
    X = X.detach()

    pooled = torch.mean(g, dim=[0, 2, 3])
    for i in range(512):
        X[:, i, :, :] *= pooled[i]
    heatmap = np.maximum(torch.mean(X, dim=1).squeeze(), 0)
    heatmap /= torch.max(heatmap)
    return heatmap
