class GradCAM:
    def __init__(self, net):
        self.net = net

    def save(self, module, inputs, output):
        self.a = output
        output.register_hook(self.save_gradient)

    def save_gradient(self, g):
        self.g = g

    def __call__(self, path, k):
        handle = self.net.features.register_forward_hook(self.save)
        try:
            self.net.zero_grad()
            self.net(process_input(path))[0, k].backward()
        finally:
            handle.remove()
        return F.relu((self.g.sum((2, 3), keepdim=True) * self.a).sum(1))[0].detach()


compute_gradcam = GradCAM(vgg19)
