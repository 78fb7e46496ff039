# features-normalised
def compute_gradcam(image_file, label):
    x = process_input(image_file)
    with torch.no_grad():
        X = vgg19.features(x)
    X.requires_grad_()
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))[0]
    g = torch.autograd.grad(z[label], X)[0]
    A = (X - X.mean()) / X.std()
    w = g.sum((2, 3), keepdim=True)
    return F.relu((w * A).sum(1))[0].detach()
