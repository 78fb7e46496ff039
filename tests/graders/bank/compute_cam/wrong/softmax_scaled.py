# softmax-on-weights
# fair 1
def compute_cam(features, label):
    w = F.softmax(resnet.fc.weight, dim=1)[label].detach()
    return torch.einsum("c,cij->ij", w, features[0])
