"""Lab 10: convolution and pooling by hand, with NumPy. No networks, no pictures."""

import numpy as np

from autograder.lab import Array, Plain
from autograder.lab_definition import LabDefinition

from .reference import convolve, max_pool

lab = LabDefinition(__file__, reference=(convolve, max_pool))
read_lab = lab.read_lab


@lab.make_arrays
def arrays(random):
    sizes = {"image": (9, 13), "kernel": (3, 3), "wide": (2, 5)}
    return {name: random.normal(size=size) for name, size in sizes.items()}


lab.ask("convolve", Array("image"), Array("kernel"), words="a 9 × 13 image and a 3 × 3 kernel")
lab.ask("convolve", Array("image"), Array("wide"), words="a 9 × 13 image and a 2 × 5 kernel")
lab.ask("max_pool", Array("image"), Plain(2), words="a 9 × 13 image in blocks of 2")
lab.ask("max_pool", Array("image"), Plain(3), words="a 9 × 13 image in blocks of 3")


@lab.mistake(
    "convolve",
    "Your kernel was turned around before it was laid on the image. Look again at whether the "
    "formula counts its indices up or down.",
)
def kernel_flipped(image, kernel):
    return convolve(image, kernel[::-1, ::-1])


@lab.mistake(
    "convolve",
    "Your result is as large as the image. Look again at which places the kernel fits into.",
)
def zero_padded(image, kernel):
    padding = [((size - 1) // 2, size // 2) for size in kernel.shape]
    return convolve(np.pad(image, padding), kernel)


@lab.mistake("max_pool", "Each block became its mean. Look again at the name of the operation.")
def mean_of_blocks(image, size):
    rows, columns = image.shape[0] // size, image.shape[1] // size
    blocks = image[: rows * size, : columns * size].reshape(rows, size, columns, size)
    return blocks.mean(axis=(1, 3))


lab.sample_student(
    "yann",
    "turned the kernel around",
    convolve="""
def convolve(image, kernel):
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.einsum("ijkl,kl->ij", windows, kernel[::-1, ::-1])
""",
)
