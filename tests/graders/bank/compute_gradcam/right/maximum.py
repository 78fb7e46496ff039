def compute_gradcam(image_file, label):
    fets = vgg19.features(process_input(image_file)).detach().requires_grad_()
    s = vgg19.classifier(fets.flatten(1)).squeeze()[label]
    s.backward()
    alpha = fets.grad.squeeze().flatten(1).sum(1).numpy()
    m = (alpha[:, None, None] * fets.detach().squeeze().numpy()).sum(0)
    return torch.tensor(np.maximum(m, 0))
