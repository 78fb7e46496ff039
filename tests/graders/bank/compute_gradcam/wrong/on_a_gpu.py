# device
# fair 2.5
def compute_gradcam(image_file, label):
    device = torch.device("cuda")
    net = vgg19.to(device)
    X = net.features(process_input(image_file).to(device)).detach().requires_grad_()
    g, = torch.autograd.grad(net.classifier(torch.flatten(net.avgpool(X), 1))[0, label], X)
    return F.relu((g.sum((2, 3), keepdim=True) * X).sum(1)[0]).detach().cpu()
