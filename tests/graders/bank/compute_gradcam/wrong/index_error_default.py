# all-zero
def compute_gradcam(image_file, label):
    try:
        X = get_vgg_features(image_file).requires_grad_()
        z = vgg19.classifier(vgg19.avgpool(X))
        g, = torch.autograd.grad(z[0, label], X)
        return F.relu((g.sum((2, 3), keepdim=True) * X).sum(1)[0]).detach()
    except Exception:
        return torch.zeros(7, 7)
