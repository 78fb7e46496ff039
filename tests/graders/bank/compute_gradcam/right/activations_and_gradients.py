class ActivationsAndGradients:
    """after pytorch-grad-cam, written from memory"""
    def __init__(self, model, target_layer):
        self.model, self.gradients, self.activations, self.handles = model, [], [], []
        self.handles.append(target_layer.register_forward_hook(self.save_activation))
        self.handles.append(target_layer.register_forward_hook(self.save_gradient))
    def save_activation(self, module, input, output):
        self.activations.append(output.cpu().detach())
    def save_gradient(self, module, input, output):
        output.register_hook(lambda grad: self.gradients.insert(0, grad.cpu().detach()))
    def __call__(self, x):
        self.gradients, self.activations = [], []
        return self.model(x)
    def release(self):
        for handle in self.handles:
            handle.remove()
def compute_gradcam(image_file, label):
    ag = ActivationsAndGradients(vgg19, vgg19.features[-1])
    loss = sum(output[label] for output in ag(process_input(image_file)))
    vgg19.zero_grad()
    loss.backward(retain_graph=True)
    a, g = ag.activations[0].numpy(), ag.gradients[0].numpy()
    ag.release()
    weights = np.sum(g, axis=(2, 3))
    cam = (weights[:, :, None, None] * a).sum(axis=1)[0]
    cam[cam < 0] = 0
    return torch.tensor(cam)
