# unpooled-gradients
# fair 1.0
def compute_gradcam(image_file, label):
    X = get_vgg_features(image_file).requires_grad_()
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))
    g, = torch.autograd.grad(z[0, label], X)
    return F.relu((g.clamp(min=0) * X).sum(1)[0]).detach()
