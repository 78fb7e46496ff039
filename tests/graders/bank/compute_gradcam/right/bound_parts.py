conv, pool, head = vgg19.features, vgg19.avgpool, vgg19.classifier
def compute_gradcam(image_file, label):
    X = conv(process_input(image_file)).detach().requires_grad_()
    g, = torch.autograd.grad(head(torch.flatten(pool(X), 1))[0, label], X)
    return F.relu((g.sum((2, 3), keepdim=True) * X).sum(1)[0]).detach()
