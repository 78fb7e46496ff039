# other-shape
def compute_gradcam(image_file, label):
    X = vgg19.features(process_input(image_file)).detach().requires_grad_()
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))
    (g,) = torch.autograd.grad(z[0, label], X)
    m = F.relu((g.sum((2, 3), keepdim=True) * X).sum(1, keepdim=True))
    return F.interpolate(m, size=(14, 14), mode="bilinear")[0, 0].detach()
