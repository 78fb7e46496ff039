def get_vgg_features(image_file):
    with torch.no_grad():
        return vgg19.features(process_input(image_file))

from torch.autograd import Variable
def compute_gradcam(image_file, label):
    fets = Variable(get_vgg_features(image_file), requires_grad=True)
    z = vgg19.classifier(fets.reshape(1, 25088))
    vgg19.zero_grad()
    z[:, label].sum().backward()
    weights = torch.sum(fets.grad[0], axis=[1, 2])
    cam = torch.zeros(7, 7)
    for w, f in zip(weights, fets.detach()[0]):
        cam += w * f
    return cam.clamp(min=0)
