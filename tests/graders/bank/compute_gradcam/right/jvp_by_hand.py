def get_vgg_features(image_file):
    with torch.no_grad():
        return vgg19.features(process_input(image_file))

def compute_gradcam(image_file, label):
    X = get_vgg_features(image_file)
    with torch.no_grad():
        a = vgg19.classifier[0](X.flatten(1))
        h = vgg19.classifier[3](a.relu())
        g = vgg19.classifier[6].weight[label] * (h[0] > 0)
        g = (g @ vgg19.classifier[3].weight) * (a[0] > 0)
        g = (g @ vgg19.classifier[0].weight).view(512, 49).sum(1)
    return torch.tensordot(g, X[0], dims=1).relu()
