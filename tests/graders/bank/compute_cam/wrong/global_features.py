# other-picture
# fair 1.5
def compute_cam(features, label):
    features = get_resnet_features("cat.jpg")
    return torch.einsum("c,cij->ij", resnet.fc.weight[label], features[0]).detach()
