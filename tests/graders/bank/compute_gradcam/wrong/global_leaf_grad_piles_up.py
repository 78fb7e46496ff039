# gradients-accumulated
_leaf = {}
def compute_gradcam(image_file, label):
    if image_file not in _leaf:
        _leaf[image_file] = vgg19.features(process_input(image_file)).detach().requires_grad_()
    X = _leaf[image_file]
    vgg19.classifier(X.flatten(1))[0, label].backward()
    return F.relu((X.grad.sum((2, 3), keepdim=True) * X).sum(1))[0].detach()
