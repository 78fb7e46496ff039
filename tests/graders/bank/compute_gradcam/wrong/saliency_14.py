# input-gradient
def compute_gradcam(image_file, label):
    x = process_input(image_file)
    x.requires_grad_()
    vgg19(x)[0, label].backward()
    g = x.grad
    return F.adaptive_avg_pool2d(g.abs().amax(1), 14)[0]
