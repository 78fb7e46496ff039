# not-defined
# fair 1
def compute_gradcam(image_file, label):
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(my_features), 1))
    g, = torch.autograd.grad(z[0, label], my_features)
    return F.relu((g.sum((2, 3), keepdim=True) * my_features).sum(1)[0]).detach()
