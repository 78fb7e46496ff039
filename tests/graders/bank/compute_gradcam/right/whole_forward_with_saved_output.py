def compute_gradcam(image_file, label):
    x = process_input(image_file)
    X = vgg19.features(x)
    X.retain_grad()
    score = vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))[0, label]
    score.backward(retain_graph=True)
    g = X.grad.clone()
    return F.relu(torch.einsum("bc,bcij->ij", g.sum([2, 3]), X)).detach().numpy()
