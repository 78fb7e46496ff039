# in-place|layer-before-pooling
# fair 1
def compute_gradcam(image_file, label):
    s = {}
    layer = vgg19.features[28]
    h1 = layer.register_forward_hook(lambda m, i, o: s.update(A=o.clone()))
    h2 = layer.register_full_backward_hook(lambda m, gi, go: s.update(G=go[0]))
    z = vgg19(process_input(image_file))
    vgg19.zero_grad(); z[0, label].backward()
    h1.remove(); h2.remove()
    w = s["G"].sum((2, 3), keepdim=True)
    return F.relu((w * s["A"]).sum(1)[0]).detach()
