def compute_gradcam(image_file, label):
    x = process_input(image_file)
    A = vgg19.features(x).detach().requires_grad_()
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(A), 1))
    (g,) = torch.autograd.grad(z[0, label], A)
    w = g[0].numpy().sum(axis=(1, 2))
    a = A[0].detach().numpy()
    return torch.from_numpy(np.maximum(np.tensordot(w, a, 1), 0))
