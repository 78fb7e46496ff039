def compute_gradcam(image_file, label):
    x = process_input(image_file)
    A = vgg19.features(x)
    A.retain_grad()
    vgg19.classifier(A.flatten(1))[0, label].backward()
    return F.relu((A.grad.sum((2, 3), keepdim=True) * A).sum(1)).squeeze(0)
