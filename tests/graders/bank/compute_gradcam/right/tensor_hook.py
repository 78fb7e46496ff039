def compute_gradcam(image_file, label):
    x = process_input(image_file)
    A = vgg19.features(x)
    kept = []
    A.register_hook(kept.append)
    vgg19.classifier(torch.flatten(vgg19.avgpool(A), 1))[0, label].backward()
    return torch.relu((kept[0].sum((2, 3))[0][:, None, None] * A[0]).sum(0))
