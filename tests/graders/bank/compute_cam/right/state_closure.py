def _make():
    W = {k: v.clone() for k, v in resnet.state_dict().items()}["fc.weight"].double()
    def compute_cam(features, label):
        return (W[label] @ features.double().flatten(2)[0]).unflatten(0, (7, 7)).float()
    return compute_cam
compute_cam = _make()
