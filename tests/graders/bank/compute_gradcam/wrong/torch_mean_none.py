# no-gradient
# fair 2
def compute_gradcam(image_file, label):
    A = vgg19.features(process_input(image_file))
    vgg19.classifier(torch.flatten(vgg19.avgpool(A), 1))[0, label].backward()
    w = torch.mean(A.grad, dim=(2, 3), keepdim=True)
    return F.relu((w * A).sum(1)[0]).detach()
