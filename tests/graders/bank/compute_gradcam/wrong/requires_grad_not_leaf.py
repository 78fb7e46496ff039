# no-gradient
# fair 2
def compute_gradcam(image_file, label):
    X = vgg19.features(process_input(image_file))
    X.requires_grad_(True)
    vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))[0, label].backward()
    return F.relu((X.grad.sum((2, 3), keepdim=True) * X).sum(1)[0]).detach()
