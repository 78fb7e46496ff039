# inference-mode
def compute_gradcam(image_file, label):
    x = process_input(image_file)
    with torch.inference_mode():
        A = vgg19.features(x)
    A.requires_grad_()
    z = vgg19.classifier(A.flatten(1))
    (g,) = torch.autograd.grad(z[0, label], A)
    return F.relu((g.sum((2, 3), keepdim=True) * A).sum(1)[0]).detach()
