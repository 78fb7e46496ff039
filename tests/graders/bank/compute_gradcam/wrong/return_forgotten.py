# not-implemented
# fair 2.5
def compute_gradcam(image_file, label):
    X = get_vgg_features(image_file).requires_grad_()
    g, = torch.autograd.grad(vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))[0, label], X)
    weights = g.sum((2, 3), keepdim=True)
    heat = F.relu((weights * X).sum(1)[0]).detach()
