# extra-dimension
def compute_gradcam(image_file, label):
    x = process_input(image_file)
    A = vgg19.features(x).detach().requires_grad_()
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(A), 1))
    (g,) = torch.autograd.grad(z[0, label], A)
    m = torch.einsum("c,chw->hw", g.sum((2, 3))[0], A[0]).detach()
    return F.relu(m)[None, None]
