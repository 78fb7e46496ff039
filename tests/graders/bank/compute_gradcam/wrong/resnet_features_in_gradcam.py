# resnet-for-vgg
def compute_gradcam(image_file, label):
    X = get_resnet_features(image_file).detach().requires_grad_()
    z = resnet.fc(resnet.avgpool(X).flatten(1))[0, label]
    g, = torch.autograd.grad(z, X)
    return F.relu((g.sum((2, 3), keepdim=True) * X).sum(1))[0].detach()
