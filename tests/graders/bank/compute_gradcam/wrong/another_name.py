# not-defined
# fair 2.5
def compute_grad_cam(image_file, label):
    X = get_vgg_features(image_file).requires_grad_()
    g, = torch.autograd.grad(vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))[0, label], X)
    return F.relu((g.sum((2, 3), keepdim=True) * X).sum(1)[0]).detach()
