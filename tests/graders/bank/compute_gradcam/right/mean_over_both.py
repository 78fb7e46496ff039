def compute_gradcam(image_file, label):
    fets = vgg19.features(process_input(image_file))
    grads = torch.autograd.grad(vgg19.classifier(vgg19.avgpool(fets).flatten(1))[0, label], fets)[0]
    pooled = F.adaptive_avg_pool2d(grads, 1)
    return F.relu((pooled * fets).sum(dim=1, keepdim=True))[0, 0].detach()
