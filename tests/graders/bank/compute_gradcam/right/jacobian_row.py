def compute_gradcam(image_file, label):
    A = vgg19.features(process_input(image_file)).detach()
    g = torch.autograd.functional.jacobian(lambda a: vgg19.classifier(a.flatten(1))[0, label], A)
    return torch.einsum("bcij,bckl->kl", g, A).relu()
