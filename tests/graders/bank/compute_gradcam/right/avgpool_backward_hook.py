def compute_gradcam(image_file, label):
    store = {}
    def forward(module, inputs, output):
        store["A"] = inputs[0].detach()
    def backward(module, grad_input, grad_output):
        store["dA"] = grad_input[0].detach()
    handles = [vgg19.avgpool.register_forward_hook(forward), vgg19.avgpool.register_full_backward_hook(backward)]
    try:
        vgg19.zero_grad()
        out = vgg19(process_input(image_file))
        out[:, label].backward()
    finally:
        for h in handles:
            h.remove()
    alphas = store["dA"].sum(dim=[2, 3], keepdim=True)
    return torch.relu((alphas * store["A"]).sum(dim=1)).squeeze(0)
