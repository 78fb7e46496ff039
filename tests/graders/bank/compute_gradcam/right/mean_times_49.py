def compute_gradcam(image_file, label):
    feats = vgg19.features(process_input(image_file))
    out = vgg19.classifier(feats.view(1, -1))
    grads = torch.autograd.grad(outputs=out[:, label], inputs=feats)[0]
    pooled = torch.mean(grads, dim=[0, 2, 3]) * 49
    fmap = feats.detach()[0]
    for i in range(fmap.shape[0]):
        fmap[i] *= pooled[i]
    heat = fmap.sum(dim=0)
    return F.relu(heat)
