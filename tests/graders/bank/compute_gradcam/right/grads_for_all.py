def compute_gradcam(image_file, label):
    vgg19.requires_grad_(True)
    torch.optim.SGD(vgg19.parameters(), lr=0.1).zero_grad()
    X = vgg19.features(process_input(image_file))
    X.retain_grad()
    vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))[0, label].backward(retain_graph=True)
    return F.relu((X.grad.sum((2, 3), True) * X).sum((0, 1))).detach()
