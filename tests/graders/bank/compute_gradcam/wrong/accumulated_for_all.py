# gradients-accumulated
total = torch.zeros(1, 512, 7, 7)


def compute_gradcam(image_file, label):
    x = process_input(image_file)
    A = vgg19.features(x).detach().requires_grad_()
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(A), 1))
    (g,) = torch.autograd.grad(z[0, label], A)
    total.add_(g)
    return F.relu((total.sum((2, 3), keepdim=True) * A).sum(1)[0]).detach()
