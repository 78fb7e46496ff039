# extra-dimension
# fair 2.5
def compute_gradcam(image_file, label):
    X = vgg19.features(process_input(image_file))
    X = X.detach().requires_grad_()
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))
    g, = torch.autograd.grad(z[0, label], X)
    X = X.detach()

    return F.relu((g.sum((2, 3), keepdim=True) * X).sum(1))
