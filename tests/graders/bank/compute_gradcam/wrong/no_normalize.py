# no-normalize
def compute_gradcam(image_file, label):
    x = transforms.ToTensor()(transforms.Resize((224, 224))(open_picture(image_file)))[None]
    A = vgg19.features(x).detach().requires_grad_()
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(A), 1))
    (g,) = torch.autograd.grad(z[0, label], A)
    return F.relu((g.sum((2, 3), keepdim=True) * A).sum(1)[0]).detach()
