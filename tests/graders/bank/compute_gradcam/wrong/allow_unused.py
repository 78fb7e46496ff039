# no-gradient|not-in-graph
# fair 1.5
def compute_gradcam(image_file, label):
    X = get_vgg_features(image_file).requires_grad_()
    g = torch.autograd.grad(vgg19(process_input(image_file))[0, label], X, allow_unused=True)[0]
    pooled = F.adaptive_avg_pool2d(g, (1, 1))
    return F.relu((pooled * X).sum(1).squeeze()).detach()
