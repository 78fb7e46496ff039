# resnet-for-vgg
def compute_gradcam(image_file, label):
    x = process_input(image_file)
    A = torch.nn.Sequential(*list(resnet.children())[:-2])(x).detach().requires_grad_()
    (g,) = torch.autograd.grad(resnet.fc(resnet.avgpool(A).flatten(1))[0, label], A)
    return F.relu((g.sum((2, 3), keepdim=True) * A).sum(1)[0]).detach()
