# coloured
# fair 1.5
def compute_gradcam(image_file, label):
    X = get_vgg_features(image_file).requires_grad_()
    z = vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))
    g, = torch.autograd.grad(z[0, label], X)
    cam = F.relu((g.sum((2, 3), keepdim=True) * X).sum(1)[0]).detach().numpy()
    cam = cv2.resize(cam / (cam.max() + 1e-9), (224, 224))
    img = np.asarray(open_picture(image_file).resize((224, 224))) / 255
    return torch.tensor(0.5 * plt.cm.jet(cam)[..., :3] + 0.5 * img)
