# label-ignored
def compute_gradcam(image_file, label):
    with torch.no_grad():
        X = vgg19.features(process_input(image_file))
    X.requires_grad_()
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))
    (g,) = torch.autograd.grad(z[0].topk(5).values.sum(), X)
    return F.relu((g.sum((2, 3), keepdim=True) * X).sum(1)[0]).detach()
