def get_vgg_features(image_file):
    with torch.no_grad():
        return vgg19.features(process_input(image_file))

def compute_gradcam(image_file, label):
    fets = get_vgg_features(image_file).detach().clone().requires_grad_(True)
    out = vgg19.classifier(vgg19.avgpool(fets).view(1, -1))
    out[0][label].backward()
    a = fets.grad.sum((2, 3), keepdim=True)
    return torch.relu((a * fets).sum(1)).squeeze().detach()
