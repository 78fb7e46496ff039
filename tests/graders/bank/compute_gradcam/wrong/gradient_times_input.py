# input-gradient
def compute_gradcam(image_file, label):
    x = process_input(image_file)
    x.requires_grad_()
    vgg19(x)[0, label].backward()
    g = x.grad
    s = (g * x).sum(1, keepdim=True)
    return F.relu(F.adaptive_avg_pool2d(s, 7)[0, 0]).detach()
