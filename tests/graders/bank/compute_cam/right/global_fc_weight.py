# %% fc_weight
fc_weight = None
fc_weight = resnet.fc.weight
# %%
def compute_cam(features, label):
    n, c, h, w = features.shape
    features = torch.reshape(features, (c, h * w))
    result = torch.matmul(fc_weight[label], features)
    return torch.reshape(result, (h, w))
