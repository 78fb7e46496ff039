def compute_gradcam(image_file, label):
    x = process_input(image_file)
    A = vgg19.features(x).detach()
    f = lambda a: vgg19.classifier(a.flatten(1))[0, label]
    _, g = torch.autograd.functional.vjp(f, A)
    return F.relu((g.sum((2, 3), keepdim=True) * A).sum(1)[0])
