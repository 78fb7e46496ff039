# in-iterator
# fair 2.5
def compute_cam(features, label):
    cam = torch.einsum("c,chw->hw", fc_weight[label], features[0])
    yield cam
