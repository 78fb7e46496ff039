# layer-before-pooling
def compute_gradcam(image_file, label):
    kept = {}
    layer = vgg19.features[28]
    h = layer.register_forward_hook(lambda m, i, o: kept.update(a=o.clone()) or kept["a"])
    x = process_input(image_file).requires_grad_()
    z = vgg19(x)
    h.remove()
    A = kept["a"]
    g = torch.autograd.grad(z[0, label], A)[0]
    m = F.relu((g.sum((2, 3), keepdim=True) * A).sum(1))
    return m[0].detach()
