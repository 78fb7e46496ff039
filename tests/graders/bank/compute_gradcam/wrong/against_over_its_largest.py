# negated
# fair 1.5
def compute_gradcam(image_file, label):
    X = vgg19.features(process_input(image_file)).detach().requires_grad_()
    z = vgg19.classifier(X.flatten(1))
    (-z[0, label]).backward()
    m = F.relu((X.grad.sum((2, 3), keepdim=True) * X).sum(1))[0].detach()
    m = (m - m.min()) / (m.max() - m.min())
    return m
