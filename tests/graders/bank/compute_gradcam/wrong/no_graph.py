# no-graph
def compute_gradcam(image_file, label):
    x = process_input(image_file)
    with torch.no_grad():
        A = vgg19.features(x)
        z = vgg19.classifier(A.flatten(1))
    z[0, label].backward()
    return A.grad
