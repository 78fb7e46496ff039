# thresholded
# fair 1
def compute_cam(features, label):
    cam = torch.einsum("c,chw->hw", fc_weight[label], features[0])
    return (cam > cam.mean()).float()
