from torch.func import grad
def compute_gradcam(image_file, label):
    def score(X):
        z = vgg19.classifier(vgg19.avgpool(X).flatten(1))
        return z[0, label], X
    A = vgg19.features(process_input(image_file)).detach()
    g, kept = grad(score, has_aux=True)(A)
    return torch.einsum("bcij,bchw->hw", g, kept).clamp_min(0).detach()
