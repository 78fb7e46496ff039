def compute_gradcam(image_file, label):
    with torch.no_grad():
        X = vgg19.avgpool(vgg19.features(process_input(image_file)))
    flat = X.flatten(1).requires_grad_()
    onehot = F.one_hot(torch.tensor([label]), 1000).float()
    g = torch.autograd.grad(vgg19.classifier(flat), flat, grad_outputs=onehot)[0].view(512, 49)
    return (g.sum(1) @ X.view(512, 49)).clamp(min=0).view(7, 7)
