class VGG(torch.nn.Module):
    def __init__(self):
        super(VGG, self).__init__()
        self.vgg = models.vgg19(weights="DEFAULT")
        self.features_conv = self.vgg.features
        self.avgpool = self.vgg.avgpool
        self.classifier = self.vgg.classifier
        self.gradients = None
    def activations_hook(self, grad):
        self.gradients = grad
    def forward(self, x):
        x = self.features_conv(x)
        h = x.register_hook(self.activations_hook)
        x = self.avgpool(x)
        x = x.view((1, -1))
        return self.classifier(x)
    def get_activations_gradient(self):
        return self.gradients
    def get_activations(self, x):
        return self.features_conv(x)
vgg = VGG()
vgg.eval()
def compute_gradcam(image_file, label):
    img = process_input(image_file)
    pred = vgg(img)
    pred[:, label].backward()
    gradients = vgg.get_activations_gradient()
    pooled_gradients = torch.sum(gradients, dim=[0, 2, 3])
    activations = vgg.get_activations(img).detach()
    for i in range(512):
        activations[:, i, :, :] *= pooled_gradients[i]
    heatmap = torch.sum(activations, dim=1).squeeze()
    return torch.maximum(heatmap, torch.tensor(0.0))
