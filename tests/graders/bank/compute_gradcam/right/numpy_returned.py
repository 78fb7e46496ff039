def compute_gradcam(image_file, label):
    with torch.no_grad():
        fmap = vgg19.features(process_input(image_file))
    fmap.requires_grad = True
    pooled = torch.flatten(vgg19.avgpool(fmap), start_dim=1)
    vgg19.classifier(pooled)[:, label].sum().backward()
    weights = fmap.grad.numpy().sum(axis=(0, 2, 3))
    heat = (weights[:, None, None] * fmap.detach().numpy()[0]).sum(axis=0)
    return heat.clip(min=0)
