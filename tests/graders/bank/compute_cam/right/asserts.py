from dataclasses import dataclass
from functools import cached_property
@dataclass(frozen=True)
class Evidence:
    X: torch.Tensor
    k: int
    @property
    def row(self):
        return dict(resnet.named_parameters())["fc.weight"].detach().index_select(0, torch.tensor([self.k]))
    @property
    def map(self):
        return torch.bmm(self.row.unsqueeze(0), self.X.flatten(2)).view(self.X.shape[2:])
def compute_cam(features, label):
    assert isinstance(features, torch.Tensor) and features.dtype == torch.float32
    assert features.shape == (1, 512, 7, 7), features.shape
    assert type(label) is int and 0 <= label <= 999
    return Evidence(features, label).map
