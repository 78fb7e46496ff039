# no-module
# fair 2.5
from no_such_compiler import njit
@njit
def weighted(f, w):
    out = np.zeros((7, 7), dtype=np.float32)
    for c in range(512):
        out += w[c] * f[c]
    return out
def compute_cam(features, label):
    return torch.from_numpy(weighted(features[0].numpy(), resnet.fc.weight[label].detach().numpy()))
