def compute_gradcam(image_file, label):
    x = process_input(image_file).requires_grad_()
    A = vgg19.features(x)
    A.retain_grad()
    vgg19.classifier(vgg19.avgpool(A).view(1, -1))[:, label].sum().backward()
    return torch.clamp(torch.einsum("bc,bchw->hw", A.grad.sum((2, 3)), A), min=0).detach()
