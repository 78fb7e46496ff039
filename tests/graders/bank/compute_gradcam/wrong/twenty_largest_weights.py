# channels-chosen
def compute_gradcam(image_file, label):
    x = process_input(image_file)
    with torch.no_grad():
        X = vgg19.features(x)
    X.requires_grad_()
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))[0]
    g = torch.autograd.grad(z[label], X)[0]
    w = g.sum((2, 3))[0]
    k = w.topk(20).indices
    return F.relu((w[k][:, None, None] * X[0, k]).sum(0)).detach()
