# class-differences
def compute_cam(features, label):
    scores = resnet.fc(features.mean((2, 3)))[0].detach()
    order = scores.argsort(descending=True)
    other = order[0] if order[0] != label else order[1]
    w = fc_weight[label] - fc_weight[other]
    return torch.einsum("c,chw->hw", w, features[0])
