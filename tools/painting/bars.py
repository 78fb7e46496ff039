"""A cage before a photograph: round iron bars, two flat rails, and the shadow that they throw.

Everything is computed from the photograph's size and the numbers below; nothing is random but the
iron's grain, which has a fixed seed. `tools/measure_pictures.py` says what networks make of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

SMOOTHING = 4  # the cage is drawn this many times larger, then shrunk
_SEED = 743  # ImageNet's number for a prison


@dataclass(frozen=True)
class Cage:
    """Sizes in pixels of the photograph."""

    bars: int = 9
    width: float = 20.7  # of a bar
    rails: tuple[float, ...] = (0.18, 0.82)  # their middles, as shares of the height
    rail_height: float = 25.6
    iron: tuple[float, float, float] = (100, 91, 83)  # the colour in plain light
    shadow: float = 0.05  # how much light the cage takes from what is behind it
    phase: float = 0.36  # where the first bar stands, as a share of the spacing


# Chosen among 566 cages by what three EfficientNets see: a prison first, a cat near.
CAGE = Cage()


def put_behind_bars(photograph: Image.Image, cage: Cage = CAGE) -> Image.Image:
    """Paint the cage over an RGB photograph; the result has the photograph's size."""
    iron, opacity = _draw(photograph.size, cage)
    pixels = np.asarray(photograph, dtype=np.float64)
    pixels = pixels * (1 - cage.shadow * _shadow(opacity, cage))
    pixels += (iron - pixels) * opacity[..., None]
    return Image.fromarray(pixels.clip(0, 255).round().astype(np.uint8))


def _draw(size: tuple[int, int], cage: Cage) -> tuple[np.ndarray, np.ndarray]:
    """The iron [height, width, 3] and where it is [height, width], 0 to 1."""
    width, height = (side * SMOOTHING for side in size)
    x = (np.arange(width) + 0.5) / SMOOTHING
    y = (np.arange(height) + 0.5) / SMOOTHING
    spacing = size[0] / cage.bars
    # Across a bar from -1 to 1; beyond, there is no bar.
    across = (x % spacing - cage.phase * spacing) / (cage.width / 2)
    on_bar = np.abs(across) < 1
    iron = np.repeat(_round_light(across)[None], height, axis=0)
    opacity = np.repeat(on_bar[None].astype(np.float64), height, axis=0)
    for middle in cage.rails:
        up = (y - middle * size[1]) / (cage.rail_height / 2)
        rows = np.abs(up) < 1
        # A flat rail: bright along its upper edge, dark along the lower one.
        face = 0.86 - 0.16 * up[rows] + 0.5 * (up[rows] < -0.8) - 0.42 * (up[rows] > 0.8)
        iron[rows] = face[:, None] * np.ones(width)
        opacity[rows] = 1
        _add_shade_below(iron, opacity, y, middle * size[1] + cage.rail_height / 2)
        _add_rivets(iron, x, y, spacing, cage, middle * size[1])
    grain = np.random.default_rng(_SEED).normal(0, 0.035, (size[1], size[0]))
    return (
        (_shrink(iron, size) + grain)[..., None] * np.array(cage.iron),
        _shrink(opacity, size).clip(0, 1),
    )


def _round_light(across: np.ndarray) -> np.ndarray:
    """Light on a round bar: a soft highlight left of the middle, dark towards both edges."""
    inside = across.clip(-1, 1)
    lit = np.sqrt(1 - inside**2) * (1 - 0.25 * inside)
    highlight = 0.9 * np.exp(-(((inside + 0.32) / 0.17) ** 2))
    rim = 0.18 * np.exp(-(((inside - 0.82) / 0.1) ** 2))
    return 0.22 + 0.62 * lit + highlight + rim


def _add_shade_below(iron: np.ndarray, opacity: np.ndarray, y: np.ndarray, edge: float) -> None:
    """A rail throws a short shadow on the bars just below it."""
    below = (y > edge) & (y < edge + 7)
    iron[below] *= (0.55 + 0.45 * (y[below] - edge) / 7)[:, None]


def _add_rivets(
    iron: np.ndarray, x: np.ndarray, y: np.ndarray, spacing: float, cage: Cage, middle: float
) -> None:
    """A round head where a bar passes the rail."""
    radius = cage.rail_height * 0.27
    rows = np.abs(y - middle) < radius + 2
    dx = (x % spacing - cage.phase * spacing)[None]
    dy = (y[rows] - middle)[:, None]
    far = np.hypot(dx, dy)
    ring = np.exp(-((np.hypot(dx - 0.8, dy - 1.0) / radius) ** 6))
    patch = iron[rows] * (1 - 0.55 * ring)
    light = (
        1.0
        - 0.35 * (dx + dy) / radius
        + 0.7 * np.exp(-((np.hypot(dx + 0.35 * radius, dy + 0.35 * radius) / (0.35 * radius)) ** 2))
    )
    iron[rows] = np.where(far < radius, light, patch)


def _shrink(layer: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    image = Image.fromarray(layer.astype(np.float32))
    return np.asarray(image.resize(size, Image.Resampling.BOX), dtype=np.float64)


def _shadow(opacity: np.ndarray, cage: Cage) -> np.ndarray:
    """Where the cage takes light: below and to the right of it, softly. [height, width, 1]"""
    down, right = round(cage.width * 0.35), round(cage.width * 0.6)
    moved = np.pad(opacity, ((down, 0), (right, 0)), mode="edge")
    moved = moved[: opacity.shape[0], : opacity.shape[1]]
    image = Image.fromarray((moved * 255).astype(np.uint8))
    blurred = image.filter(ImageFilter.GaussianBlur(cage.width * 0.22))
    return np.asarray(blurred, dtype=np.float64)[..., None] / 255
