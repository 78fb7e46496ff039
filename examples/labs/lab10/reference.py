"""What students write, as a full-marks student would."""

import numpy as np


def convolve(image, kernel):
    """out[i, j] = Σ_kl kernel[k, l] · image[i + k, j + l], at each place where the kernel fits."""
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.einsum("ijkl,kl->ij", windows, kernel)


def max_pool(image, size):
    """The largest number of each block of `size` × `size`; rows and columns left over are cut."""
    rows, columns = image.shape[0] // size, image.shape[1] // size
    blocks = image[: rows * size, : columns * size].reshape(rows, size, columns, size)
    return blocks.max(axis=(1, 3))
