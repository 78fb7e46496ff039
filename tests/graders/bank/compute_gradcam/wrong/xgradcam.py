# otherwise-pooled-gradients
# fair 1
def compute_gradcam(image_file, label):
    X = vgg19.features(process_input(image_file))
    X = X.detach().requires_grad_()
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))
    g, = torch.autograd.grad(z[0, label], X)
    X = X.detach()

    a = (g * X).sum((2, 3), keepdim=True) / (X.sum((2, 3), keepdim=True) + 1e-7)
    return F.relu((a * X).sum(1)[0])
