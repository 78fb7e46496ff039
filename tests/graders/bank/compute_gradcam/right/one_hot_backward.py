def compute_gradcam(image_file, label):
    x = process_input(image_file)
    A = vgg19.features(x).detach().requires_grad_()
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(A), 1))
    hot = torch.zeros_like(z)
    hot[0, label] = 1
    z.backward(gradient=hot)
    w = A.grad.sum((2, 3)).squeeze()
    return F.relu(sum(w[c] * A[0, c] for c in range(512))).detach()
