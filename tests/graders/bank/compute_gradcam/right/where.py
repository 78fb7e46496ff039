def compute_gradcam(image_file, label):
    with torch.enable_grad():
        fets = vgg19.features(process_input(image_file)).detach().requires_grad_()
        onehot = torch.zeros(1, 1000); onehot[0, label] = 1
        (vgg19.classifier(fets.flatten(1)) * onehot).sum().backward()
    m = (fets.grad.sum((2, 3))[0] @ fets.detach()[0].flatten(1)).reshape(7, 7)
    return torch.where(m > 0, m, torch.zeros_like(m))
