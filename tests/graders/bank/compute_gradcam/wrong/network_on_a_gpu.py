# device
# fair 2.5
vgg_gpu = vgg19.cuda()
def compute_gradcam(image_file, label):
    X = vgg_gpu.features(process_input(image_file).cuda()).detach().requires_grad_()
    z = vgg_gpu.classifier(torch.flatten(vgg_gpu.avgpool(X), 1))
    g, = torch.autograd.grad(z[0, label], X)
    return F.relu((g.sum((2, 3), keepdim=True) * X).sum(1)[0]).detach().cpu()
