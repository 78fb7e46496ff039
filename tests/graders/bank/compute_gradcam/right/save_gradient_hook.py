class GradCam:
    def __init__(self, net):
        self.net, self.gradient = net, None
    def keep(self, g):
        self.gradient = g
    def __call__(self, image_file, label):
        f = self.net.features(process_input(image_file)).detach().requires_grad_()
        handle = f.register_hook(self.keep)
        self.net.classifier(f.view(f.size(0), -1))[0, int(label)].backward()
        handle.remove()
        w = self.gradient.sum(-1).sum(-1)
        return ((w[..., None, None] * f).sum(1).squeeze(0) * 1.0).clamp_min(0.0).data
compute_gradcam = GradCam(vgg19)
