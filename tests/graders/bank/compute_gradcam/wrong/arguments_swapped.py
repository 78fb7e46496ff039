# arguments
# fair 2.5
def compute_gradcam(label, image_file):
    X = get_vgg_features(image_file).requires_grad_()
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))
    g, = torch.autograd.grad(z[0, label], X)
    cam = (g.sum((2, 3), keepdim=True) * X).sum(1)[0].detach()
    return F.relu(cam)
