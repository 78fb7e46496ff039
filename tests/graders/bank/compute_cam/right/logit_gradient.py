def compute_cam(features, label):
    x = features.clone().requires_grad_()
    z = resnet.fc(resnet.avgpool(x).flatten(1))[0, label]
    g, = torch.autograd.grad(z, x)
    return (x * g).sum(1)[0].detach() * 49
