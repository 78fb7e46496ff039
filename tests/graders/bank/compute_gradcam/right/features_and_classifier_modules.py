front = torch.nn.Sequential(*vgg19.features)
back = torch.nn.Sequential(vgg19.avgpool, torch.nn.Flatten(), *vgg19.classifier)
def compute_gradcam(image_file, label):
    f = front(process_input(image_file)).detach()
    f.requires_grad = True
    g = torch.autograd.grad(back(f)[0, label], f)[0]
    return (g.sum(dim=(-1, -2), keepdim=True) * f.detach()).sum(dim=1)[0].relu()
