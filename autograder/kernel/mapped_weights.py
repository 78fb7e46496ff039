"""Weights in a form that processes can share: a TORCH_HOME whose files can be mapped.

torch maps only files in its newer, zip-based form. torchvision still serves some in the older one
(VGG-19 of 2017); those are rewritten once, into the user's cache.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable
from pathlib import Path

import platformdirs

from autograder.scratch import scratch_folder


def mappable_home(torch_home: Path, files: Iterable[str], folder: Path) -> Path:
    """Make `folder` a TORCH_HOME that holds links to `files` of `torch_home`, all mappable.

    Files that `torch_home` lacks are left out.
    """
    checkpoints = folder / "hub" / "checkpoints"
    checkpoints.mkdir(parents=True)
    for name in files:
        original = (torch_home / "hub" / "checkpoints" / name).resolve()
        if original.is_file():
            (checkpoints / name).symlink_to(_mappable(original))
    return folder


def _mappable(original: Path) -> Path:
    if zipfile.is_zipfile(original):
        return original
    status = original.stat()
    cache = platformdirs.user_cache_path("camlab") / "mapped"
    rewritten = cache / f"{original.stem}-{status.st_size}-{status.st_mtime_ns}.pth"
    if not rewritten.is_file():
        import torch

        cache.mkdir(parents=True, exist_ok=True)
        with scratch_folder(cache, ".making-") as scratch:
            weights = torch.load(original, map_location="cpu", weights_only=True)
            torch.save(weights, scratch / rewritten.name)
            os.replace(scratch / rewritten.name, rewritten)
    return rewritten
