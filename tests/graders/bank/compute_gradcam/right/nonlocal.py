def compute_gradcam(image_file, label, target_layer=None):
    target_layer = target_layer or vgg19.features
    activations = None
    gradients = None
    def forward_hook(module, input, output):
        nonlocal activations
        activations = output
    def backward_hook(module, grad_input, grad_output):
        nonlocal gradients
        gradients = grad_output[0]
    fh = target_layer.register_forward_hook(forward_hook)
    bh = target_layer.register_full_backward_hook(backward_hook)
    vgg19.eval()
    output = vgg19(process_input(image_file))
    vgg19.zero_grad()
    output[0, label].backward()
    fh.remove()
    bh.remove()
    weights = torch.sum(gradients, dim=(2, 3), keepdim=True)
    return torch.relu(torch.sum(weights * activations, dim=1)).squeeze()
