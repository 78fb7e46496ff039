# no-graph
# fair 2
@torch.no_grad()
def compute_gradcam(image_file, label):
    X = vgg19.features(process_input(image_file)).requires_grad_()
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))
    g = torch.autograd.grad(z[0, label], X)[0]
    return F.relu((g.sum((2, 3), keepdim=True) * X).sum(1)[0])
