def compute_cam(features, label):
    x = features.clone().requires_grad_()
    z = resnet.fc(x.mean((2, 3)))[0, label]
    (g,) = torch.autograd.grad(z, x)
    return (49 * g * features).sum(1)[0]
