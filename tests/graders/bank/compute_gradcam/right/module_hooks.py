def compute_gradcam(image_file, label):
    x = process_input(image_file)
    kept = {}
    f = vgg19.features.register_forward_hook(lambda m, i, o: kept.update(a=o))
    b = vgg19.features.register_full_backward_hook(lambda m, i, o: kept.update(g=o[0]))
    z = vgg19(x)
    f.remove()
    z[0, label].backward()
    b.remove()
    return F.relu(torch.einsum("c,chw->hw", kept["g"][0].sum((1, 2)), kept["a"][0].detach()))
