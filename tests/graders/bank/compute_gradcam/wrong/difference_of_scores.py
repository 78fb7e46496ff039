# class-differences
def compute_gradcam(image_file, label):
    X = get_vgg_features(image_file).requires_grad_()
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))[0]
    g, = torch.autograd.grad(z[label] - z.max(), X)
    return F.relu((g.sum((1 + 1, 3), keepdim=True) * X).sum(1)[0]).detach()
