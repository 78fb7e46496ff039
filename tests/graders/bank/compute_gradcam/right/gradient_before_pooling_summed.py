def compute_gradcam(image_file, label):
    s = {}
    h1 = vgg19.features.register_forward_hook(lambda m, i, o: s.update(A=o.detach()))
    h2 = vgg19.features[36].register_full_backward_hook(lambda m, gi, go: s.update(G=gi[0]))
    vgg19(process_input(image_file))[0, label].backward()
    h1.remove(); h2.remove()
    return F.relu((s["G"].sum((2, 3), keepdim=True) * s["A"]).sum(1)[0])
