# tuple
# fair 2
def compute_gradcam(image_file, label):
    X = get_vgg_features(image_file).requires_grad_()
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))
    g = torch.autograd.grad(z[0, label], X)
    alpha = g.sum(dim=(2, 3))
    return F.relu((alpha[..., None, None] * X).sum(1)[0]).detach()
