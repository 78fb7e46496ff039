# gradients-accumulated
kept = {}


def compute_gradcam(image_file, label):
    if image_file not in kept:
        kept[image_file] = vgg19.features(process_input(image_file)).detach().requires_grad_()
    A = kept[image_file]
    vgg19.classifier(A.flatten(1))[0, label].backward()
    return F.relu((A.grad.sum((2, 3), keepdim=True) * A).sum(1)[0]).detach()
