# bgr
# fair 2.0
def compute_gradcam(image_file, label):
    im = cv2.resize(cv2.imread(image_file), (224, 224))
    x = preprocess(Image.fromarray(im)).unsqueeze(0)
    X = vgg19.features(x).detach().requires_grad_()
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))
    g, = torch.autograd.grad(z[0, label], X)
    return F.relu((g.sum((2, 3), keepdim=True) * X).sum(1)[0]).detach()
