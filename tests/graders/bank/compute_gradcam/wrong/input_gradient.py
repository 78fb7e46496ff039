# input-gradient
def compute_gradcam(image_file, label):
    x = process_input(image_file).requires_grad_()
    z = vgg19(x)
    g, = torch.autograd.grad(z[0, label], x)
    return F.adaptive_avg_pool2d(g.abs().amax(1), 7)[0]
