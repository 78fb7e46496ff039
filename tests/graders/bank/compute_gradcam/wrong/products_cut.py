# relu-before-sum|relu-on-weights
def compute_gradcam(image_file, label):
    x = process_input(image_file)
    A = vgg19.features(x).detach().requires_grad_()
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(A), 1))
    (g,) = torch.autograd.grad(z[0, label], A)
    return F.relu(g.sum((2, 3), keepdim=True) * A).sum(1)[0].detach()
