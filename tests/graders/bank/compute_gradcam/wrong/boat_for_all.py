# other-picture
def compute_gradcam(image_file, label):
    X = vgg19.features(process_input("boat.jpg")).detach().requires_grad_()
    g, = torch.autograd.grad(vgg19.classifier(X.flatten(1))[0, label], X)
    return F.relu((g.sum((2, 3), keepdim=True) * X).sum(1))[0].detach()
