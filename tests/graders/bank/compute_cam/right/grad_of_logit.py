def compute_cam(features, label):
    # the gradient of the score with respect to X, times 49, is the weight
    f = features.detach().clone().requires_grad_(True)
    with torch.enable_grad():
        z = resnet.fc(f.mean(dim=(2, 3)))[0, label]
    g = torch.autograd.grad(z, f)[0]
    return (49 * g * f.detach()).sum(1).squeeze(0)
