def compute_gradcam(image_file, label, model=vgg19):
    X = model.features(process_input(image_file)).detach().requires_grad_()
    g, = torch.autograd.grad(model.classifier(torch.flatten(model.avgpool(X), 1))[0, label], X)
    return F.relu((g.sum((2, 3), keepdim=True) * X).sum(1)[0]).detach()
