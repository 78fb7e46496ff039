def compute_gradcam(image_file, label):
    x = process_input(image_file)
    A = vgg19.features(x).detach().requires_grad_()
    h = A.reshape(1, 25088)
    for layer in vgg19.classifier:
        h = layer(h)
    (g,) = torch.autograd.grad(h[0][label], A)
    return torch.where(
        (m := (g.sum((2, 3), keepdim=True) * A).sum(1)[0]) > 0, m, torch.zeros(())
    ).detach()
