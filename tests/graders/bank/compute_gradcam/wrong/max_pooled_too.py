# max-pooled-gradients
# fair 1
def compute_gradcam(image_file, label):
    X = vgg19.features(process_input(image_file)).detach().requires_grad_()
    g, = torch.autograd.grad(vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))[0, label], X)
    return F.relu((g.amax((2, 3), keepdim=True) * X).sum(1)[0]).detach()
