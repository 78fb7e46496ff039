# class-differences
def compute_gradcam(image_file, label):
    x = process_input(image_file)
    with torch.no_grad():
        X = vgg19.features(x)
    X.requires_grad_()
    z = vgg19.classifier(X.flatten(1))[0]
    s = z[label] - z.mean()
    G, = torch.autograd.grad(s, X)
    a = G[0].sum((1, 2))
    m = (a[..., None, None] * X.detach()[0]).sum(0)
    return m.relu()
