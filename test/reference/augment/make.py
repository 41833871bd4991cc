"""Reference numbers of transformations of pictures from torchvision, Pillow (by way of it) and SciPy. Run with a Python that has them: python3 make.py"""
import json
import pathlib
import numpy as np
import PIL
import scipy
import scipy.ndimage
import torch
import torchvision
from torchvision.transforms.v2 import InterpolationMode, functional as F

rng = np.random.default_rng(1)
WIDTH, HEIGHT = 13, 10
smooth = scipy.ndimage.gaussian_filter(rng.uniform(-4, 5, (3, HEIGHT, WIDTH)), (0, 1, 1))
picture = np.clip(smooth, 0, 1).astype(np.float32)
bytes_ = np.round(picture * 255).astype(np.uint8)
P, B = torch.from_numpy(picture), torch.from_numpy(bytes_)
PIL_BYTES = PIL.Image.fromarray(bytes_.transpose(1, 2, 0))


def numbers(x):
    return np.round(np.asarray(x, dtype=np.float64), 5).flatten().tolist()


def pillow(image):
    return np.asarray(image).transpose(2, 0, 1)


MATRIX = [1.1, -0.4, -1.5, 0.3, 0.8, -2.0, 0.0, 0.0, 1.0]
PROJECTIVE = [1.0, 0.2, -0.5, 0.1, 0.9, 0.4, 0.01, 0.02, 1.0]


def sampled(matrix, mode, order=1):
    """Where pixel centres go, looked up by SciPy; its modes are mirror for a b c b a and grid-wrap for the picture again."""
    m = np.array(matrix).reshape(3, 3)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] + 0.5
    u, v, w = np.tensordot(m, np.stack([x, y, np.ones_like(x)]), 1)
    at = np.stack([v / w - 0.5, u / w - 0.5])
    return np.stack([scipy.ndimage.map_coordinates(c.astype(np.float64), at, order=order, mode=mode) for c in picture])


def bicubic(matrix):
    """torch.grid_sample's bicubic, whose border is the edge; its coordinates go from -1 to 1 over the picture."""
    m = torch.tensor(matrix).reshape(3, 3)
    y, x = torch.meshgrid(torch.arange(HEIGHT) + 0.5, torch.arange(WIDTH) + 0.5, indexing="ij")
    u, v, w = torch.tensordot(m, torch.stack([x, y, torch.ones_like(x)]), 1)
    grid = torch.stack([2 * u / w / WIDTH - 1, 2 * v / w / HEIGHT - 1], -1)[None]
    return torch.nn.functional.grid_sample(P[None], grid, mode="bicubic", padding_mode="border", align_corners=False)[0]


geometry = [
    {"matrix": matrix, "border": border, "interpolation": "bilinear", "result": numbers(sampled(matrix, mode))}
    for matrix in (MATRIX, PROJECTIVE)
    for border, mode in (("edge", "nearest"), ("reflect", "mirror"), ("wrap", "grid-wrap"))
]
geometry += [
    {"matrix": MATRIX, "border": "edge", "interpolation": "nearest", "result": numbers(sampled(MATRIX, "nearest", 0))},
    {"matrix": MATRIX, "border": "edge", "interpolation": "bicubic", "result": numbers(bicubic(MATRIX))},
]

BILINEAR = InterpolationMode.BILINEAR
affine = {"translate": [0, 0], "scale": 1.0, "shear": [0.0, 0.0], "angle": 0.0, "interpolation": BILINEAR}
# What a transformation does with these parameters, where all of what is looked at lies inside.
named = {
    "rotate": ({"degrees": 20}, F.affine(P, **{**affine, "angle": 20.0})),
    "scale": ({"x": 1.3, "y": 1.3}, F.affine(P, **{**affine, "scale": 1.3})),
    # Theirs takes x to x - tan(a)·y.
    "shear x": ({"x": -12, "y": 0}, F.affine(P, **{**affine, "shear": [12.0, 0.0]})),
    "translate": ({"x": 2, "y": -1}, F.affine(P, **{**affine, "translate": [2, -1]})),
}

factors = (0.0, 0.6, 1.7)
values = []
for kind, function in (("black", F.adjust_brightness), ("mean", F.adjust_contrast), ("grey", F.adjust_saturation)):
    for factor in factors:
        operation = {"kind": "blend", "with": kind, "factor": factor}
        values.append((operation, function(P, factor), function(B, factor)))
for turn in (-0.4, 0.1, 0.5):
    values.append(({"kind": "hue", "turn": turn}, F.adjust_hue(P, turn), F.adjust_hue(B, turn)))
values.append(({"kind": "invert"}, F.invert(P), F.invert(B)))
for bits in (1, 3, 7):
    values.append(({"kind": "posterise", "bits": bits}, F.posterize(P, bits), pillow(F.posterize(PIL_BYTES, bits))))
for threshold in (0.2, 0.7):
    solarised = pillow(F.solarize(PIL_BYTES, threshold * 255))
    values.append(({"kind": "solarise", "threshold": threshold}, F.solarize(P, threshold), solarised))
values.append(({"kind": "autocontrast"}, F.autocontrast(0.3 + 0.4 * P), F.autocontrast(B // 2 + 30)))
values.append(({"kind": "equalise"}, None, pillow(F.equalize(PIL_BYTES))))
for factor in (0.0, 2.5):
    operation = {"kind": "sharpness", "factor": factor}
    values.append((operation, F.adjust_sharpness(P, factor), F.adjust_sharpness(B, factor)))
for sigma, radius in ((0.8, 2), (1.5, 4)):
    operation = {"kind": "blur", "sigma": sigma, "radius": radius}
    size = 2 * radius + 1
    blurred = [F.gaussian_blur(x, [size, size], [sigma, sigma]) for x in (P, B)]
    values.append((operation, *blurred))

out = {
    "versions": {"torchvision": torchvision.__version__, "torch": torch.__version__, "pillow": PIL.__version__,
                 "scipy": scipy.__version__, "numpy": np.__version__},
    "width": WIDTH, "height": HEIGHT, "float32": numbers(picture), "uint8": bytes_.flatten().tolist(),
    "geometry": geometry,
    "named": {name: {"parameters": parameters, "result": numbers(result)} for name, (parameters, result) in named.items()},
    "values": [{"operation": operation, "float32": None if x is None else numbers(x), "uint8": numbers(y)} for operation, x, y in values],
}
pathlib.Path(__file__).with_name("reference.json").write_text(json.dumps(out) + "\n")
