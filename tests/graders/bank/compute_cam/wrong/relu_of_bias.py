# relu-and-more
# fair 1
def compute_cam(features, label):
    cam = torch.einsum("c,chw->hw", fc_weight[label], features[0])
    return F.relu(cam + resnet.fc.bias[label]).detach()
