# coloured
# fair 1.5
def compute_gradcam(image_file, label):
    X = get_vgg_features(image_file).requires_grad_()
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))
    g, = torch.autograd.grad(z[0, label], X)
    cam = F.relu((g.sum((2, 3), keepdim=True) * X).sum(1)[0]).detach().numpy()
    img = cv2.imread(image_file)
    heat = cv2.applyColorMap(np.uint8(255 * cam / cam.max()), cv2.COLORMAP_JET)
    heat = cv2.resize(heat, (img.shape[1], img.shape[0]))
    return heat * 0.3 + img * 0.5
