# exception
# fair 2.5
def compute_cam(features, label):
    assert label and features is not None
    return torch.einsum("c,cij->ij", resnet.fc.weight[label], features[0]).detach()
