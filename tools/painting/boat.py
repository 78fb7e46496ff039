"""The picture of a boat, painted by the project itself: a two-masted schooner under sail.

Everything is drawn from a fixed seed, so the same versions of numpy and Pillow give the same
pixels. The picture is committed as `source/lab09/boat.jpg`; this file says how it came about.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 480, 360
HORIZON = 236  # row where sky and sea meet
WATERLINE = 268  # row where the hull meets the sea
SMOOTHING = 4  # shapes are drawn this many times larger, then shrunk
_SEED = 1851  # the year of the first America's Cup, won by a schooner

Point = tuple[float, float]


def paint_boat() -> Image.Image:
    """Paint the picture, an RGB image of 480 × 360 pixels."""
    random = np.random.default_rng(_SEED)
    scene = np.concatenate([_sky(random), _sea(random)])
    boat = np.asarray(_boat(), dtype=np.float64)
    _lay_over(scene, _reflection(boat, random))
    _lay_over(scene, boat)
    _lay_over(scene, _foam(random))
    grain = random.normal(0, 2.0, (HEIGHT, WIDTH, 1))
    return Image.fromarray(np.clip(scene + grain, 0, 255).astype(np.uint8))


def _lay_over(scene: np.ndarray, layer: np.ndarray) -> None:
    """Blend an RGBA layer into the RGB scene, in place."""
    opacity = layer[..., 3:] / 255
    scene += (layer[..., :3] - scene) * opacity


def _noise(random: np.random.Generator, shape: tuple[int, int], cells: Point) -> np.ndarray:
    """Smooth noise in [0, 1]: random values on a coarse grid of cells, enlarged."""
    rows, columns = max(2, round(shape[0] / cells[0])), max(2, round(shape[1] / cells[1]))
    grid = Image.fromarray(random.random((rows, columns)).astype(np.float32))
    return np.clip(np.asarray(grid.resize(shape[::-1], Image.Resampling.BICUBIC)), 0, 1)


def _gradient(stops: list[tuple[float, Point | tuple]], rows: int) -> np.ndarray:
    """A column of colours, [rows, 1, 3], through the given (position, RGB) stops."""
    positions = [position for position, _ in stops]
    colours = np.array([colour for _, colour in stops], dtype=np.float64)
    at = np.linspace(0, 1, rows)
    return np.stack([np.interp(at, positions, colours[:, c]) for c in range(3)], axis=1)[:, None]


def _sky(random: np.random.Generator) -> np.ndarray:
    shape = (HORIZON, WIDTH)
    stops = [(0, (74, 128, 188)), (0.6, (146, 187, 220)), (1, (214, 226, 228))]
    sky = np.repeat(_gradient(stops, HORIZON), WIDTH, axis=1)
    octaves = [(60, 150), (28, 70), (13, 32), (6, 15)]
    cloud = sum(_noise(random, shape, cells) / 2**i for i, cells in enumerate(octaves)) / 1.875
    height = np.linspace(0, 1, HORIZON)[:, None]
    cover = np.clip((cloud - 0.50) * 5, 0, 1) * (0.9 - 0.5 * height)
    shade = np.clip((cloud - 0.62) * 4, 0, 1)[..., None]
    white = np.array([250, 249, 246]) - shade * np.array([40, 34, 26])
    sky += (white - sky) * cover[..., None]
    _add_hills(sky, random)
    return sky


def _add_hills(sky: np.ndarray, random: np.random.Generator) -> None:
    """Two ridges on the horizon; the farther one is paler, as haze makes it."""
    rows = np.arange(HORIZON)[:, None]
    for tall, colour in ((30, (150, 172, 190)), (17, (98, 126, 134))):
        ridge = _noise(random, (2, WIDTH), (1, 90))[0] * tall
        ridge += _noise(random, (2, WIDTH), (1, 12))[0] * 4
        cover = np.clip(rows - (HORIZON - ridge[None]), 0, 1)[..., None] * 0.85
        sky += (np.array(colour) - sky) * cover


def _sea(random: np.random.Generator) -> np.ndarray:
    rows = HEIGHT - HORIZON
    stops = [(0, (122, 160, 178)), (0.25, (58, 112, 144)), (1, (18, 58, 88))]
    sea = np.repeat(_gradient(stops, rows), WIDTH, axis=1)
    # Waves grow towards the viewer: each band of rows has its own size of noise.
    near = np.linspace(0, 1, rows)[:, None]
    for weight, cells in ((1 - near, (1.6, 14)), (4 * near * (1 - near), (3, 26)), (near, (6, 48))):
        waves = _noise(random, (rows, WIDTH), cells) - 0.5
        fine = _noise(random, (rows, WIDTH), (cells[0] / 2, cells[1] / 3)) - 0.5
        light = weight * (waves * 55 + fine * 40)
        sea += light[..., None] * np.array([0.9, 1.0, 1.05])
        sea += np.clip(light - 19, 0, None)[..., None] * 2.5  # glints
    return sea


def _boat() -> Image.Image:
    """The schooner on a transparent ground, [HEIGHT, WIDTH] RGBA."""
    size = (WIDTH * SMOOTHING, HEIGHT * SMOOTHING)
    boat = Image.new("RGBA", size)
    draw = ImageDraw.Draw(boat)

    def line(points: list[Point], colour: tuple, width: float) -> None:
        scaled = [(x * SMOOTHING, y * SMOOTHING) for x, y in points]
        draw.line(scaled, fill=colour, width=round(width * SMOOTHING), joint="curve")

    wood, rope = (92, 60, 34, 255), (60, 52, 46, 200)
    for points in _RIGGING:
        line(points, rope, 0.7)
    for points, width in _SPARS:
        line(points, wood, width)
    for corners, colour in _SAILS:
        _add_sail(boat, corners, colour)
    for points in _SHROUDS:
        line(points, rope, 0.6)
    _add_hull(boat)
    draw.polygon([(x * SMOOTHING, y * SMOOTHING) for x, y in _FLAG], fill=(190, 40, 44, 255))
    return boat.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


# The boat sails to the left. Masts stand at x = 214 (fore) and x = 286 (main).
_SPARS = [
    ([(214, 252), (217, 62)], 3.4),
    ([(286, 252), (290, 40)], 3.8),
    ([(150, 243), (104, 230)], 3.0),  # bowsprit
    ([(217, 236), (281, 234)], 2.2),  # fore boom
    ([(289, 236), (372, 230)], 2.4),  # main boom
    ([(217, 112), (266, 84)], 2.0),  # fore gaff
    ([(289, 104), (352, 72)], 2.2),  # main gaff
]
_RIGGING = [
    [(104, 230), (217, 64)],
    [(124, 236), (217, 84)],
    [(217, 64), (290, 44)],
    [(290, 42), (366, 238)],
]
_SHROUDS = [
    [(216, 96), (205, 247)],
    [(216, 96), (224, 247)],
    [(289, 80), (276, 247)],
    [(289, 80), (298, 247)],
]
_FLAG = [(290, 40), (309, 36), (305, 42), (310, 48), (290, 47)]
# Corners: top front, top back, bottom back, bottom front.
_SAILS = [
    (((206, 82), (206, 82), (206, 226), (113, 230)), (232, 226, 210)),  # flying jib
    (((212, 108), (212, 108), (211, 232), (150, 238)), (248, 244, 232)),  # jib
    (((219, 114), (265, 88), (279, 231), (218, 234)), (246, 241, 228)),  # foresail
    (((291, 106), (350, 76), (370, 227), (290, 233)), (250, 246, 236)),  # mainsail
    (((291, 50), (292, 52), (346, 74), (291, 100)), (236, 230, 216)),  # gaff topsail
    (((218, 72), (219, 74), (261, 86), (218, 108)), (236, 230, 216)),  # fore topsail
]


def _add_sail(boat: Image.Image, corners: tuple[Point, ...], colour: tuple) -> None:
    """A sail: its edges bulge, its cloth is darker towards the mast, its seams show."""
    box = (WIDTH * SMOOTHING, HEIGHT * SMOOTHING)
    mask = Image.new("L", box)
    outline = []
    for (x0, y0), (x1, y1), bulge in zip(
        corners, corners[1:] + corners[:1], (-3, 6, 4, -5), strict=True
    ):
        length = max(1.0, float(np.hypot(x1 - x0, y1 - y0)))
        for t in np.linspace(0, 1, 24, endpoint=False):
            out = bulge * np.sin(np.pi * t) * min(1, length / 60)
            outline.append(
                (
                    (x0 + (x1 - x0) * t + out * (y1 - y0) / length) * SMOOTHING,
                    (y0 + (y1 - y0) * t - out * (x1 - x0) / length) * SMOOTHING,
                )
            )
    ImageDraw.Draw(mask).polygon(outline, fill=255)
    left, top, right, bottom = mask.getbbox()
    x = np.linspace(0, 1, right - left)[None]
    y = np.linspace(0, 1, bottom - top)[:, None]
    light = 0.80 + 0.2 * np.sin(np.pi * np.clip(0.15 + 0.75 * x, 0, 1)) - 0.10 * (1 - y) * x
    seams = 1 - 0.05 * (np.mod(y * (bottom - top) / SMOOTHING + 3 * x, 15) < 0.8)
    cloth = np.clip(np.array(colour) * (light * seams)[..., None], 0, 255).astype(np.uint8)
    boat.paste(Image.fromarray(cloth), (left, top), mask.crop((left, top, right, bottom)))


def _add_hull(boat: Image.Image) -> None:
    """A dark hull with a white rail, a red stripe at the water, cabins and a crew."""
    draw = ImageDraw.Draw(boat)

    def shape(points: list[Point], colour: tuple) -> None:
        draw.polygon([(x * SMOOTHING, y * SMOOTHING) for x, y in points], fill=colour)

    shape([(232, 247), (233, 239), (268, 239), (270, 247)], (214, 196, 160, 255))
    shape([(304, 246), (305, 238), (338, 238), (340, 246)], (214, 196, 160, 255))
    for x in (239, 248, 257, 311, 320, 329):
        shape([(x, 241), (x + 4, 241), (x + 4, 244), (x, 244)], (52, 66, 80, 255))
    coats = ((350, (200, 60, 40, 255)), (358, (40, 70, 130, 255)), (190, (220, 180, 40, 255)))
    for x, coat in coats:
        shape([(x - 2, 247), (x - 2, 238), (x + 2, 238), (x + 2, 247)], coat)
        head = [(x - 1.5, 238), (x - 1.5, 234.5), (x + 1.5, 234.5), (x + 1.5, 238)]
        shape(head, (226, 184, 150, 255))
    t = np.linspace(0, 1, 40)
    sheer = [(146 + 240 * u, 243 + 5 * np.sin(np.pi * u) - 2 * u) for u in t]
    keel = [(374 - 4 * u, 244 + 26 * u) for u in np.linspace(0, 1, 6)]
    bow = [(176 - 30 * u, 270 - 27 * u**1.6) for u in np.linspace(0, 1, 24)]
    shape([*sheer, *keel, *bow], (30, 36, 48, 255))
    shape([(368 - 3, 264), (371.5, 264), (370, 271), (176, 271), (168.5, 264)], (140, 36, 34, 255))
    rail = [(x * SMOOTHING, (y + 1) * SMOOTHING) for x, y in sheer]
    draw.line(rail, fill=(238, 236, 228, 255), width=round(2.2 * SMOOTHING))
    stripe = [(x * SMOOTHING, (y + 6) * SMOOTHING) for x, y in sheer[4:-2]]
    draw.line(stripe, fill=(196, 160, 84, 255), width=round(0.8 * SMOOTHING))


def _reflection(boat: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """The boat upside down below its waterline, broken up by the waves, fading."""
    layer = np.zeros_like(boat)
    columns = np.arange(WIDTH)
    wobble = _noise(random, (HEIGHT, WIDTH), (3, 40)) - 0.5
    for row in range(WATERLINE, HEIGHT):
        depth = row - WATERLINE
        source = WATERLINE - 1 - round(depth * 1.9)
        if source < 0:
            break
        shift = np.round(wobble[row] * (4 + 0.22 * depth)).astype(int)
        layer[row] = boat[source, np.clip(columns + shift, 0, WIDTH - 1)]
        layer[row, :, 3] *= 0.5 * (1 - depth / (HEIGHT - WATERLINE)) ** 0.7
    blurred = Image.fromarray(layer.astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.8))
    return np.asarray(blurred, dtype=np.float64)


def _foam(random: np.random.Generator) -> np.ndarray:
    """White water along the hull and at the bow."""
    rows = np.arange(HEIGHT)[:, None]
    columns = np.arange(WIDTH)[None]
    noise = _noise(random, (HEIGHT, WIDTH), (2, 7))
    along = (columns > 158) & (columns < 392)
    line = np.exp(-(((rows - WATERLINE - 2) / 3.0) ** 2)) * along
    bow = np.exp(-(((rows - WATERLINE - 1) / 4.0) ** 2) - ((columns - 168) / 14) ** 2)
    wake = np.exp(-(((rows - WATERLINE - 2) / 4.5) ** 2)) * np.clip((columns - 370) / 20, 0, 1)
    wake = wake * np.clip(1 - (columns - 390) / 90, 0, 1)
    opacity = np.clip((line + 1.3 * bow + 0.8 * wake) * (noise * 1.6 - 0.25), 0, 1) * 235
    foam = np.full((HEIGHT, WIDTH, 4), 244.0)
    foam[..., 3] = opacity
    return foam
