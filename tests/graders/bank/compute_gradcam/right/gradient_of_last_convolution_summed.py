def compute_gradcam(image_file, label):
    s = {}
    h = vgg19.features[34].register_forward_hook(lambda m, i, o: (s.update(A=o), o.retain_grad())[0])
    x = vgg19.features(process_input(image_file))
    h.remove()
    z = vgg19.classifier(torch.flatten(x, 1))
    z[0, label].backward()
    return F.relu((s["A"].grad.sum((2, 3), keepdim=True) * x).sum(1)[0]).detach()
