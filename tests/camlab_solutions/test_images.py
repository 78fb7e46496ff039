"""Any photograph becomes the same kind of input, upright and in RGB."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision import transforms

from camlab_solutions import open_picture, process_input


def _picture(mode: str) -> Image.Image:
    ramp = np.linspace(0, 255, 64, dtype=np.uint8)
    rgb = Image.fromarray(np.stack([np.tile(ramp, (48, 1))] * 3, axis=-1))
    if mode == "I;16":
        return Image.fromarray(np.tile(np.linspace(0, 65535, 64).astype(np.uint16), (48, 1)))
    return rgb.convert(mode)


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "RGBA", "LA", "CMYK", "1", "I;16"])
def test_each_kind_of_picture_is_read(tmp_path, mode):
    path = tmp_path / ("picture.tif" if mode == "CMYK" else "picture.png")
    _picture(mode).save(path)
    x = process_input(path)
    assert x.shape == (1, 3, 224, 224)
    assert x.dtype == torch.float32
    assert torch.isfinite(x).all()
    left, right = x[..., :20].mean(), x[..., -20:].mean()
    assert right - left > 2, "dark on the left, bright on the right"


def test_an_exif_rotated_photograph_is_set_upright(tmp_path):
    picture = _picture("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: rotate by 270 degrees
    picture.save(tmp_path / "rotated.jpg", exif=exif)
    assert open_picture(tmp_path / "rotated.jpg").size == (48, 64)


def test_transparent_parts_become_white(tmp_path):
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    assert open_picture(tmp_path / "clear.png").getpixel((4, 4)) == (255, 255, 255)


def test_an_ordinary_picture_is_prepared_as_the_networks_were_trained(root):
    path = root / "source" / "lab09" / "cat.jpg"
    plain = transforms.Compose(
        [
            transforms.Resize((224, 224)),
            transforms.ToTensor(),
            transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ]
    )
    assert torch.equal(process_input(path)[0], plain(Image.open(path)))


def test_a_missing_picture_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        process_input(tmp_path / "nowhere.jpg")
