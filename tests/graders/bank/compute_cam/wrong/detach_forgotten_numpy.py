# numpy-of-graph
# fair 2.5
def compute_cam(features, label):
    m = torch.einsum("c,cij->ij", resnet.fc.weight[label], features[0])
    return torch.tensor(m.numpy())
