"""C26, what is squeezed into one length loses more the larger it was: pictures in 2,080 bytes each.

Of each of two photographs a square is cut out, elsewhere for each seed, and made smaller to several sides. Every one
is written as JPEG 2000 into the same bytes, read back, and compared with what it was: nothing is enlarged. With sides
of 427 and 114 pixels that is 0.09 and 1.28 bits a pixel, as 3000² and 800² have in 100 KB. What was read back is also
made as small as 114 pixels, and compared there: does more of the scene get through when less of it is to be told?
"""

import io
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

SEEDS = 10
BAND = {"psnr": 0.2, "ssim": 0.01, "small_psnr": 0.2, "small_ssim": 0.01}  # versions of the encoder differ


@dataclass(frozen=True)
class Config:
    """The photographs, scikit-learn's; the sides of the squares in pixels, the first as cut; the bytes."""

    pictures: tuple[str, ...] = ("china.jpg", "flower.jpg")
    sides: tuple[int, ...] = (427, 300, 214, 160, 114, 80, 57)
    small: int = 114
    bytes: int = 2080

    def short(self) -> "Config":
        return replace(self, sides=(214, 114))


def squeezed(picture: Image.Image, size: int) -> tuple[Image.Image, int]:
    """A picture through so many bytes, and how many they became; the encoder meets them within 3 %."""
    file = io.BytesIO()
    ratio = 3 * picture.width * picture.height / size  # of the bytes without compression
    picture.save(file, "JPEG2000", quality_mode="rates", quality_layers=[ratio], irreversible=True)
    return Image.open(io.BytesIO(file.getvalue())).convert("RGB"), len(file.getvalue())


def reduced(picture: Image.Image, side: int) -> Image.Image:
    return picture.resize((side, side), Image.Resampling.LANCZOS)


def alike(before: Image.Image, after: Image.Image) -> tuple[float, float]:
    """How alike two pictures are: PSNR in dB, and SSIM, of which 1 is the most."""
    before, after = np.asarray(before), np.asarray(after)
    ssim = structural_similarity(before, after, channel_axis=2)
    return round(float(peak_signal_noise_ratio(before, after)), 3), round(float(ssim), 4)


def run(seed: int, config: Config) -> dict[str, list]:
    """``psnr``, ``ssim``, ``bytes`` written, a row a photograph, a column a side; ``small_psnr``, ``small_ssim``."""
    from sklearn.datasets import load_sample_image

    rng = np.random.default_rng(seed)
    names = ("psnr", "ssim", "bytes", "small_psnr", "small_ssim")
    found = {name: [[] for _ in config.pictures] for name in names}
    for row, name in enumerate(config.pictures):
        whole, side = Image.fromarray(load_sample_image(name)), config.sides[0]
        left, top = (int(rng.integers(room - side + 1)) for room in whole.size)
        cut = whole.crop((left, top, left + side, top + side))
        for side in config.sides:
            picture = reduced(cut, side)
            again, size = squeezed(picture, config.bytes)
            values = [*alike(picture, again), size]
            if side >= config.small:
                values += alike(reduced(cut, config.small), reduced(again, config.small))
            for number, value in zip(names, values, strict=False):
                found[number][row].append(value)
    return found
