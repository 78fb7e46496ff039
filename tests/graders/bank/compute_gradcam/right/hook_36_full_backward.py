def compute_gradcam(image_file, label):
    acts, grads, handles = [], [], []
    layer = vgg19.features[36]
    handles.append(layer.register_forward_hook(lambda m, i, o: acts.append(o)))
    handles.append(layer.register_full_backward_hook(lambda m, gi, go: grads.append(go[0])))
    vgg19.eval()
    out = vgg19(process_input(image_file))
    vgg19.zero_grad()
    out[:, label].backward()
    for h in handles:
        h.remove()
    w = grads[0].detach().cpu().numpy()[0].sum(axis=(1, 2))
    a = acts[0].detach().cpu().numpy()[0]
    cam_map = np.zeros(a.shape[1:], dtype=np.float32)
    for i, wi in enumerate(w):
        cam_map += wi * a[i]
    return torch.from_numpy(np.maximum(cam_map, 0))
