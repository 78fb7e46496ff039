def compute_cam(features, label):
    return torch.moveaxis(features[0], 0, -1) @ resnet.fc.weight.detach()[label]
