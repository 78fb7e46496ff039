# shapes
# fair 1
def compute_gradcam(image_file, label):
    x = process_input(image_file).requires_grad_()
    X = vgg19.features(x)
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))
    g = torch.autograd.grad(z[0, label], x)[0]
    return F.relu((g.sum((2, 3), keepdim=True) * X).sum(1)[0]).detach()
