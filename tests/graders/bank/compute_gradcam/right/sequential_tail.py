head = torch.nn.Sequential(vgg19.avgpool, torch.nn.Flatten(), vgg19.classifier)
def compute_gradcam(image_file, label):
    with torch.no_grad():
        X = vgg19.features(process_input(image_file))
    X = torch.autograd.Variable(X, requires_grad=True)
    head(X)[0][label].backward()
    alpha = torch.stack([X.grad[0, c].sum() for c in range(512)])
    return (alpha.view(-1, 1, 1) * X.data.squeeze()).sum(0).clamp_min(0)
