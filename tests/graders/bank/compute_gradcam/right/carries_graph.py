def compute_gradcam(image_file, label):
    maps = vgg19.features(process_input(image_file))
    maps.retain_grad()
    score = vgg19.classifier(vgg19.avgpool(maps).flatten(1))[0][label]
    score.backward()
    alpha = maps.grad[0].sum(dim=(1, 2))
    cam = torch.zeros(7, 7)
    for channel in range(512):
        cam = cam + alpha[channel] * maps[0, channel]
    return torch.relu(cam)
