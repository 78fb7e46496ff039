# no-module
# fair 2.5
from no_such_types import Float, Int
from torch import Tensor
def compute_cam(features: Float[Tensor, "1 512 7 7"], label: int) -> Float[Tensor, "7 7"]:
    return (resnet.fc.weight[label].view(1, -1, 1, 1) * features).sum(1)[0].detach()
