# softmax-differentiated|min-max
# fair 1
def compute_gradcam(image_file, label):
    X = vgg19.features(process_input(image_file))
    X = X.detach().requires_grad_()
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))
    g, = torch.autograd.grad(torch.softmax(z, 1)[0, label], X)
    X = X.detach()

    pooled = g.mean((0, 2, 3))
    heatmap = (X[0].permute(1, 2, 0) @ pooled[..., None]).squeeze()
    return torch.relu(heatmap) / heatmap.max()
