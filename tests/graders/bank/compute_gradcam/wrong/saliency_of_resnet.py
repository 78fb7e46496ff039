# input-gradient
def compute_gradcam(image_file, label):
    x = process_input(image_file).requires_grad_()
    resnet(x)[0, label].backward()
    return F.adaptive_avg_pool2d(x.grad.abs().amax(1), 7)[0]
