def compute_gradcam(image_file, label):
    x = process_input(image_file)
    for i in range(37):
        x = vgg19.features[i](x)
        if i == 36:
            A = x
            A.retain_grad()
    z = vgg19.classifier(vgg19.avgpool(A).view(1, -1))
    z[0][label].backward()
    return F.relu((A.grad.sum((2, 3), keepdim=True) * A).sum(1))[0].detach()
