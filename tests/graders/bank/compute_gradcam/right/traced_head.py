head = torch.jit.trace(torch.nn.Sequential(torch.nn.Flatten(1), *vgg19.classifier).eval(), torch.zeros(1, 512, 7, 7))
def compute_gradcam(image_file, label):
    X = vgg19.features(process_input(image_file)).detach().requires_grad_(True)
    head(X)[0, label].backward()
    return torch.maximum((X.grad.sum((2, 3), keepdim=True) * X).sum(1)[0], torch.tensor(0.)).detach()
