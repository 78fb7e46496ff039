from torch.func import vjp
def compute_gradcam(image_file, label):
    with torch.no_grad():
        X = get_vgg_features(image_file)
    z, back = vjp(lambda f: vgg19.classifier(torch.flatten(vgg19.avgpool(f), 1)), X)
    (g,) = back(F.one_hot(torch.tensor([label]), 1000).float())
    alpha = g.flatten(2).sum(-1)
    return torch.maximum(alpha @ X.flatten(2).squeeze(0), torch.zeros(1)).reshape(7, 7)
