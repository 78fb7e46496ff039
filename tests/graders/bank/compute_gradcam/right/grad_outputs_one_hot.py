def compute_gradcam(image_file, label):
    A = get_vgg_features(image_file).clone().detach().requires_grad_(True)
    z = vgg19.classifier(vgg19.avgpool(A).view(1, -1))
    one_hot = F.one_hot(torch.tensor([label]), num_classes=z.shape[-1]).to(z.dtype)
    dA = torch.autograd.grad(z, A, grad_outputs=one_hot, retain_graph=False, create_graph=False)[0]
    return F.relu((dA.sum((-2, -1))[..., None, None] * A).sum(1))[0].detach()
