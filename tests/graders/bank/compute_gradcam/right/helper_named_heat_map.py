def heat_map(X, alpha):
    return F.relu(torch.einsum("c,chw->hw", alpha, X))

def compute_gradcam(image_file, label):
    X = get_vgg_features(image_file).detach().requires_grad_()
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))
    g, = torch.autograd.grad(z[0, label], X)
    return heat_map(X[0], g[0].sum(dim=(1, 2))).detach()
