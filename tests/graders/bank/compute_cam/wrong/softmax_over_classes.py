# softmax-over-classes
def compute_cam(features, label):
    return torch.einsum("kc,chw->khw", fc_weight, features[0]).softmax(0)[label]
