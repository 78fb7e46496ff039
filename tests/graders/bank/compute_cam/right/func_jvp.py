def compute_cam(features, label):
    X = features.clone().requires_grad_()
    score = resnet.fc(F.adaptive_avg_pool2d(X, 1).flatten(1))[0, label]
    g, = torch.autograd.grad(score, X)
    return (49 * g * X).sum(1).squeeze(0).detach()
