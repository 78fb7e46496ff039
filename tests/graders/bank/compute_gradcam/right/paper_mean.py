def compute_gradcam(image_file, label):
    fmap = get_vgg_features(image_file).requires_grad_()
    logits = vgg19.classifier(vgg19.avgpool(fmap).flatten(1))
    (grads,) = torch.autograd.grad(logits[:, label].sum(), fmap)
    weights = F.adaptive_avg_pool2d(grads, 1)
    return F.relu(torch.mul(fmap, weights).sum(dim=1, keepdim=True)).squeeze().detach()
