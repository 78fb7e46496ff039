# no-gradient
# fair 2
def compute_gradcam(image_file, label):
    A = vgg19.features(process_input(image_file))
    vgg19.classifier(torch.flatten(vgg19.avgpool(A), 1))[0, label].backward()
    w = np.mean(A.grad, axis=(2, 3))
    return torch.from_numpy(np.maximum(np.tensordot(w[0], A[0].detach().numpy(), 1), 0))
