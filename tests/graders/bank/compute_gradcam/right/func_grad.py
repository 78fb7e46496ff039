def compute_gradcam(image_file, label):
    x = process_input(image_file)
    A = vgg19.features(x).detach()
    g = torch.func.grad(lambda a: vgg19.classifier(a.flatten(1))[0, label])(A)
    return F.relu((g.sum((2, 3), keepdim=True) * A).sum(1)[0])
