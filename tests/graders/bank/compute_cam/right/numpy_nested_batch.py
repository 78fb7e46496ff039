def compute_cam(features, label):
    two = torch.cat([features, torch.zeros_like(features)]).numpy()
    maps = np.einsum("kc,nchw->nkhw", resnet.fc.weight.detach().numpy(), two)
    return torch.from_numpy(maps[0, label])
