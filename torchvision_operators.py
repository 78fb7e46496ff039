"""Let torchvision be imported beside a torch that its compiled part does not fit.

Some registries pair a CPU-only torch with a torchvision built for CUDA. Its compiled library
then cannot be loaded, and `import torchvision` stops with "operator torchvision::nms does not
exist". The lab needs none of those operators; declaring their signatures is enough.

torch calls `declare_missing_operators` at the end of `import torch` (entry point group
`torch.backends`), in every process of this environment. Where the library loads, nothing is done.
"""

from __future__ import annotations

import ctypes
import importlib.util
from pathlib import Path

_SIGNATURES = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_library = None  # keeps the declarations alive as long as the process


def declare_missing_operators() -> None:
    """Declare `torchvision::nms` and `torchvision::qnms` if torchvision cannot do it itself."""
    global _library
    spec = importlib.util.find_spec("torchvision")  # finds it without importing it
    if _library is not None or spec is None or spec.origin is None:
        return
    if _compiled_part_loads(Path(spec.origin).parent):
        return
    import torch

    _library = torch.library.Library("torchvision", "DEF")
    for signature in _SIGNATURES:
        _library.define(signature)


def _compiled_part_loads(package: Path) -> bool:
    libraries = [*package.glob("_C*.so"), *package.glob("_C*.pyd"), *package.glob("_C*.dylib")]
    if not libraries:
        return False
    try:
        # torchvision itself loads the library by this same call right after.
        ctypes.CDLL(str(libraries[0]))
    except OSError:
        return False
    return True
