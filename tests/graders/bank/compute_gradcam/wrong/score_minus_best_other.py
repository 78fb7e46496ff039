# class-differences
def compute_gradcam(image_file, label):
    x = process_input(image_file)
    with torch.no_grad():
        X = vgg19.features(x)
    X.requires_grad_()
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))[0]
    (z[label] - z[[k for k in z.topk(2).indices if k != label][0]]).backward()
    a = X.grad.sum((2, 3))
    return F.relu((a[..., None, None] * X).sum(1)[0]).detach()
