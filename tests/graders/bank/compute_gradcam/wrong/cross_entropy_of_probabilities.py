# loss-differentiated
# fair 1.5
def compute_gradcam(image_file, label):
    x = process_input(image_file)
    with torch.no_grad():
        X = vgg19.features(x)
    X.requires_grad_()
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))[0]
    (F.cross_entropy(z.softmax(0)[None], torch.tensor([label]))).backward()
    a = X.grad.sum((2, 3))
    return F.relu((a[..., None, None] * X).sum(1)[0]).detach()
