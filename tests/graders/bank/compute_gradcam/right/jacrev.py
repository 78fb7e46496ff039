def compute_gradcam(image_file, label):
    A = vgg19.features(process_input(image_file)).detach()
    J = torch.func.jacrev(lambda X: vgg19.classifier(X.flatten(1))[0, label])(A)
    return (J[0].flatten(1).sum(1) @ A[0].flatten(1)).view(7, 7).relu().detach()
