"""Answers with a typical mistake in each, for the made-up class."""

NO_SOFTMAX = """
def predict(model, image_file):
    logits = model(process_input(image_file))[0]
    values, ids = logits.topk(5)
    return [(classes[int(i)], int(i), float(v)) for v, i in zip(values, ids)]
"""

ASCENDING = """
def predict(model, image_file):
    probabilities = torch.softmax(model(process_input(image_file))[0], dim=0)
    order = probabilities.argsort()[-5:]
    return [(classes[int(i)], int(i), float(probabilities[i])) for i in order]
"""

POOLED_FEATURES = """
def get_resnet_features(image_file):
    x = process_input(image_file)
    for name, layer in resnet.named_children():
        if name == "fc":
            break
        x = layer(x)
    return x.detach()
"""

RELU_ON_CAM = """
def compute_cam(features, label):
    return F.relu(torch.einsum("c,chw->hw", resnet.fc.weight[label], features[0])).detach()
"""

NORMALISED_CAM = """
def compute_cam(features, label):
    cam = torch.einsum("c,chw->hw", resnet.fc.weight[label], features[0]).detach()
    return (cam - cam.min()) / (cam.max() - cam.min())
"""

NO_RELU = """
def compute_gradcam(image_file, label):
    features = vgg19.features(process_input(image_file)).detach().requires_grad_()
    logits = vgg19.classifier(torch.flatten(vgg19.avgpool(features), 1))
    gradient, = torch.autograd.grad(logits[0, label], features)
    return (gradient.sum(dim=(2, 3), keepdim=True) * features).sum(dim=1)[0].detach()
"""

SOFTMAX_GRADIENT = """
def compute_gradcam(image_file, label):
    features = vgg19.features(process_input(image_file)).detach().requires_grad_()
    logits = vgg19.classifier(torch.flatten(vgg19.avgpool(features), 1))
    gradient, = torch.autograd.grad(torch.softmax(logits, dim=1)[0, label], features)
    return F.relu((gradient.sum(dim=(2, 3), keepdim=True) * features).sum(dim=1)[0]).detach()
"""

SYNTAX_ERROR = """
def compute_cam(features, label)
    return (resnet.fc.weight[label][:, None, None] * features[0]).sum(dim=0)
"""

ENDLESS_LOOP = """
fc_weight = resnet.fc.weight
while fc_weight.shape == (1000, 512):
    pass
"""
