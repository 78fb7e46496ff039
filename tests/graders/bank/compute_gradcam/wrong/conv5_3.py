# layer-before-pooling
def compute_gradcam(image_file, label):
    X = vgg19.features[:34](process_input(image_file)).detach().requires_grad_()
    z = vgg19.classifier(vgg19.features[34:](X.clone()).flatten(1))[0, label]
    g, = torch.autograd.grad(z, X)
    return F.relu((g.sum((2, 3), keepdim=True) * X).sum(1))[0].detach()
