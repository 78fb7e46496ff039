# layer-before-pooling
def compute_gradcam(image_file, label):
    x = process_input(image_file)
    B = vgg19.features[:35](x).detach().requires_grad_()
    z = vgg19.classifier(vgg19.features[35:](B.clone()).flatten(1))
    (g,) = torch.autograd.grad(z[0, label], B)
    m = F.relu((g.sum((2, 3), keepdim=True) * B).sum(1)[0]).detach()
    return m
