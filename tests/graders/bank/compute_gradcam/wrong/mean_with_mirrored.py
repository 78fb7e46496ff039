# -
def compute_gradcam(image_file, label):
    x = process_input(image_file)
    x = torch.cat([x, x.flip(3)])
    X = vgg19.features(x).detach().requires_grad_()
    z = vgg19.classifier(X.flatten(1))
    g = torch.autograd.grad(z[:, label].mean(), X)[0]
    m = F.relu((g.sum((2, 3), keepdim=True) * X).sum(1)).mean(0)
    return m.detach()
