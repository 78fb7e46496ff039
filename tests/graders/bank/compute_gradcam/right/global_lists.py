feature_maps, gradients = [], []
def fwd(module, inp, out):
    feature_maps.append(out.detach())
    out.register_hook(lambda g: gradients.append(g))
vgg19.features.register_forward_hook(fwd)
def compute_gradcam(image_file, label):
    out = vgg19(process_input(image_file))
    out[0, label].backward()
    return torch.relu((gradients[-1].sum((2, 3), keepdim=True) * feature_maps[-1]).sum(1)[0])
