class ActivationsAndGradients:
    def __init__(self, model, layer):
        self.model, self.activations, self.gradients = model, [], []
        self.handle = layer.register_forward_hook(self.save)
    def save(self, module, input, output):
        self.activations.append(output)
        output.register_hook(lambda g: self.gradients.append(g))
    def __call__(self, x):
        out = self.model(x)
        self.handle.remove()
        return out

def get_resnet_features(image_file):
    ag = ActivationsAndGradients(resnet, resnet.layer4)
    ag(process_input(image_file))
    return ag.activations[0].detach()
