def compute_gradcam(image_file, label):
    with torch.no_grad():
        X = vgg19.features(process_input(image_file))
    def f(X):
        return vgg19.classifier(vgg19.avgpool(X).reshape(1, -1))[0, label]
    g = torch.autograd.functional.jacobian(f, X)
    al = g.reshape(512, -1).sum(1)
    return torch.einsum("k,kij->ij", al, X[0]).clamp(min=0.0)
