# train-mode
# fair 1.5
def compute_gradcam(image_file, label):
    torch.manual_seed(0)
    vgg19.train()
    X = vgg19.features(process_input(image_file)).detach().requires_grad_()
    z = vgg19.classifier(X.flatten(1))
    vgg19.eval()
    g = torch.autograd.grad(z[0, label], X)[0]
    return F.relu((g.sum((2, 3), keepdim=True) * X).sum(1))[0].detach()
