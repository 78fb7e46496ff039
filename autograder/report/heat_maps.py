"""Heat maps for a feedback page: the student's, the reference's and their difference.

The numbers of the scales and the captions are text in the page, so that pictures stay small and
everyone can read them; signs are drawn into signed maps, so that they also tell in greyscale.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import matplotlib
import numpy as np
from PIL import Image, ImageOps

from autograder.answers import Answer, Array
from autograder.text.plain_text import plain

WIDTH = 216  # pixels of one panel
LARGEST_SIDE = 64  # of a map; what has more rows or columns is not one
MOST_MAPS = 2  # for one task
HEAT, GREY = 0.6, 0.4  # shares of colour and photograph
SAME = 1e-3  # of the peak: differences below are not worth a picture
BLANK = 0.12  # of the stronger map's peak: what is weaker cannot be seen on its scale
TELLING = 0.2  # of the largest difference: enough to be seen
SIGNED, SEQUENTIAL = "RdBu_r", "inferno"
# Inferno's last tenth is so pale that over a light place the strongest evidence looks like none.
END = {SIGNED: 1.0, SEQUENTIAL: 0.9}


@dataclass(frozen=True)
class Panel:
    """One picture."""

    title: str
    source: str  # a data URI; empty where nothing can be drawn
    words: str  # what it shows, for those who do not see it


@dataclass(frozen=True)
class ColourBar:
    """A scale that several panels share."""

    title: str
    gradient: str  # a CSS gradient, from low to high
    low: str
    middle: str
    high: str


@dataclass(frozen=True)
class HeatMaps:
    """The panels for one question, with their scales and a sentence in figures."""

    caption: str
    panels: tuple[Panel, ...]
    bars: tuple[ColourBar, ...]


def heat_maps(
    task: str,
    answers: Mapping[str, Answer],
    reference: Mapping[str, Answer],
    pictures: Mapping[str, bytes],
    *,
    show_reference: bool = True,
    class_names: Sequence[str] = (),
) -> tuple[HeatMaps, ...]:
    """Draw maps of one task that differ from the reference's.

    Args:
        task: the questions of this task are looked at.
        answers: the student's, by question key, such as "compute_cam/cat.jpg/281".
        reference: the reference's, by the same keys.
        pictures: the photographs that students know, by name; maps of other pictures are not drawn.
        show_reference: whether the student may see the reference's map and the difference.
        class_names: the names of the labels.

    Returns:
        At most two, on different pictures where there are several; none where nothing differs.
    """
    found = list(_differing(task, answers, reference, pictures))
    chosen = [one for one in found if _first_telling(one, found)]
    chosen += sorted((one for one in found if one not in chosen), key=lambda one: -one.off)
    signed_task = any(
        (heat_map := _map(answer)) is not None and heat_map.min() < 0
        for key, answer in reference.items()
        if key.startswith(f"{task}/") and "#" not in key
    )
    return tuple(
        _draw(
            _caption(one.key, class_names),
            one.theirs,
            one.true if show_reference else None,
            pictures[one.picture],
            signed=signed_task,
        )
        for one in chosen[:MOST_MAPS]
    )


@dataclass(frozen=True, eq=False)
class _Differing:
    """A map that is not the reference's."""

    key: str
    picture: str
    off: float  # as a share of the reference's peak
    theirs: np.ndarray
    true: np.ndarray


def _first_telling(one: _Differing, found: Sequence[_Differing]) -> bool:
    """Whether it is its picture's first question with a difference that can be seen.

    The first question is about the class that the network saw: what students know best.
    """
    of_picture = [other for other in found if other.picture == one.picture]
    least = TELLING * max(other.off for other in of_picture)
    return one is next(other for other in of_picture if other.off >= least)


def _differing(
    task: str,
    answers: Mapping[str, Answer],
    reference: Mapping[str, Answer],
    pictures: Mapping[str, bytes],
) -> Iterator[_Differing]:
    for key, answer in answers.items():
        parts = key.split("/")
        if parts[0] != task or len(parts) != 3 or parts[1] not in pictures or "#" in key:
            continue
        theirs, true = _map(answer), _map(reference.get(key))
        if theirs is None or true is None:
            continue
        off = _difference(theirs, true)
        if off > SAME:
            yield _Differing(key, parts[1], off, theirs, true)


def _difference(theirs: np.ndarray, true: np.ndarray) -> float:
    """How far a map is off, as a share of the reference's peak; infinite if not comparable."""
    if theirs.shape != true.shape or not np.isfinite(theirs).all():
        return float("inf")
    peak = float(np.abs(true).max()) or 1.0
    return float(np.abs(theirs - true).max()) / peak


def _map(answer: Answer | None) -> np.ndarray | None:
    """The answer as a map [h, w] of float64; None for anything that is not like one."""
    if answer is None or not isinstance(answer.value, Array):
        return None
    values = answer.value.values
    if values.dtype.kind not in "fiu" or values.size == 0:
        return None
    squeezed = values.reshape([side for side in values.shape if side != 1] or [1])
    if squeezed.ndim != 2 or max(squeezed.shape) > LARGEST_SIDE:
        return None
    return squeezed.astype(np.float64)


def _caption(key: str, class_names: Sequence[str]) -> str:
    _, picture, label = key.split("/")
    number = int(label) if label.isdecimal() else -1
    name = f" ({plain(class_names[number], 40)})" if 0 <= number < len(class_names) else ""
    return f"{plain(picture, 60)}, class {plain(label, 20)}{name}"


def _draw(
    caption: str, theirs: np.ndarray, true: np.ndarray | None, picture: bytes, *, signed: bool
) -> HeatMaps:
    finite = theirs[np.isfinite(theirs)]
    shown = [finite, *([true.ravel()] if true is not None else [])]
    signed = signed or any((values < 0).any() for values in shown)
    peak = max((float(np.abs(values).max()) for values in shown if values.size), default=0.0)
    title = "Evidence" if signed else "Evidence for the class"
    if true is not None and _one_would_be_blank(finite, true):
        own, its = float(np.abs(finite).max()), float(np.abs(true).max())
        panels = [
            _panel("Yours", theirs, own, picture, signed),
            _panel("The reference", true, its, picture, signed),
        ]
        bars = [_bar(f"{title}: yours", own, signed), _bar(f"{title}: the reference", its, signed)]
    else:
        panels = [_panel("Yours", theirs, peak, picture, signed)]
        bars = [_bar(title, peak, signed)]
        if true is not None:
            panels.append(_panel("The reference", true, peak, picture, signed))
    if true is not None and theirs.shape == true.shape and finite.size == theirs.size:
        difference = theirs - true
        farthest = float(np.abs(difference).max())
        panels.append(_panel("Yours minus the reference", difference, farthest, picture, True))
        bars.append(_bar("Difference", farthest, signed=True))
    return HeatMaps(caption, tuple(panels), tuple(bars))


def _one_would_be_blank(theirs: np.ndarray, true: np.ndarray) -> bool:
    """Whether one of two maps is so much weaker that a scale for both would show none of it."""
    peaks = [float(np.abs(values).max()) if values.size else 0.0 for values in (theirs, true)]
    return 0 < min(peaks) < BLANK * max(peaks)


def _panel(title: str, values: np.ndarray, peak: float, picture: bytes, signed: bool) -> Panel:
    rows, columns = values.shape
    shape = f"{rows} × {columns} cells"
    if not np.isfinite(values).all():
        kind = "NaN" if np.isnan(values).any() else "infinite numbers"
        return Panel(title, "", f"{shape}; cannot be drawn, for it holds {kind}")
    if not values.any():
        words = f"{shape}, all zero: no {'' if signed else 'positive '}evidence"
    else:
        row, column = np.unravel_index(int(np.abs(values).argmax()), values.shape)
        words = (
            f"{shape}, from {number(values.min())} to {number(values.max())}, "
            f"strongest in row {row + 1}, column {column + 1}"
        )
    return Panel(title, _overlay(values, peak or 1.0, picture, signed), words)


def _overlay(values: np.ndarray, peak: float, picture: bytes, signed: bool) -> str:
    """The map over the photograph in grey, as a data URI."""
    grey = _grey(picture)
    height, width = grey.shape
    # Enlarged as floats, then coloured: eight bits of a 7 × 7 map would show as steps.
    shares = (values / peak).astype(np.float32)  # values may be larger than 32 bits can hold
    large = cv2.resize(shares, (width, height), interpolation=cv2.INTER_LINEAR)
    share = (large + 1) / 2 if signed else large
    index = (share.clip(0, 1) * 255).round().astype(np.uint8)
    colour = _colours(SIGNED if signed else SEQUENTIAL)[index]
    pixels = HEAT * colour + GREY * grey[:, :, None]
    pixels = np.ascontiguousarray(pixels.round().astype(np.uint8))
    if signed:
        _draw_signs(pixels, values, peak)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()


def _draw_signs(pixels: np.ndarray, values: np.ndarray, peak: float) -> None:
    """A plus or a minus in every cell that says much."""
    height, width, _ = pixels.shape
    rows, columns = values.shape
    reach = max(2, round(min(height / rows, width / columns) * 0.16))
    for row, column in zip(*np.nonzero(np.abs(values) > 0.25 * peak), strict=True):
        y, x = round((row + 0.5) * height / rows), round((column + 0.5) * width / columns)
        strokes = [((x - reach, y), (x + reach, y))]
        if values[row, column] > 0:
            strokes.append(((x, y - reach), (x, y + reach)))
        for thickness, colour in ((3, (255, 255, 255)), (1, (0, 0, 0))):
            for start, end in strokes:
                cv2.line(pixels, start, end, colour, thickness)


@lru_cache(maxsize=16)
def _grey(picture: bytes) -> np.ndarray:
    """The photograph in grey, as wide as a panel; float64 [height, width]."""
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(picture))).convert("L")
    height = max(1, round(WIDTH * image.height / image.width))
    return np.asarray(image.resize((WIDTH, height)), dtype=np.float64)


@lru_cache(maxsize=2)
def _colours(name: str) -> np.ndarray:
    """A colour map as float64 [256, 3], from 0 to 255."""
    return matplotlib.colormaps[name](np.linspace(0, END[name], 256))[:, :3] * 255


def _bar(title: str, peak: float, signed: bool) -> ColourBar:
    colours = _colours(SIGNED if signed else SEQUENTIAL)[:: 255 // 15].round().astype(int)
    gradient = ", ".join("#{:02x}{:02x}{:02x}".format(*colour) for colour in colours)
    low = number(-peak) if signed else "0"
    middle = "0" if signed else number(peak / 2)
    return ColourBar(title, f"linear-gradient(to right, {gradient})", low, middle, number(peak))


def number(value: float) -> str:
    """Three digits, with a minus sign that reads as one."""
    return f"{value:.3g}".replace("-", "−")
