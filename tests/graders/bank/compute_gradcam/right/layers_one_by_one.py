def compute_gradcam(image_file, label):
    x = process_input(image_file)
    for layer in vgg19.features:
        x = layer(x)
    A = x.detach().requires_grad_()
    (g,) = torch.autograd.grad(vgg19.classifier(A.flatten(1))[0, label], A)
    return F.relu((g.sum((2, 3), keepdim=True) * A).sum(1)[0]).detach()
