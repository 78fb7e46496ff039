# in-place|layer-before-pooling
# fair 1
def compute_gradcam(image_file, label):
    s = {}
    layer = vgg19.features[34]
    h1 = layer.register_forward_hook(lambda m, i, o: s.update(A=o))
    h2 = layer.register_full_backward_hook(lambda m, gi, go: s.update(G=go[0]))
    z = vgg19(process_input(image_file))
    z[0, label].backward(); h1.remove(); h2.remove()
    return F.relu((s["G"].sum((2, 3), keepdim=True) * s["A"]).sum(1)[0]).detach()
