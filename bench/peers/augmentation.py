"""torchvision's v2 and albumentations. Takes {"task": "augment", "library": name, "sizes": [side, …]} and prints one JSON line.

Bytes in red, green and blue, bilinear, black beyond the picture; each library in its own layout: tensors for torchvision, NumPy for albumentations.
What a library does not have is left out.
"""

import json
import os
import statistics
import sys
import time

# torchvision looks for a module called pytorch, which is another one in this folder.
sys.path.pop(0)
job = json.loads(sys.argv[1])
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"

import numpy as np

TURNS, TURN = 5, 0.06
rng = np.random.default_rng(1)


def torchvision_cases(size):
    from torchvision.transforms import InterpolationMode
    from torchvision.transforms import v2

    linear = {"interpolation": InterpolationMode.BILINEAR}
    flip, crop, turn = v2.RandomHorizontalFlip, v2.RandomResizedCrop, v2.RandomRotation
    jitter = v2.ColorJitter(brightness=0.4, contrast=0.4)
    return {
        "flip": flip(1.0),
        "random crop": v2.RandomCrop(size, padding=size // 8),
        "random resized crop": crop(size, antialias=False),
        "rotation": turn(15, **linear),
        "affine": v2.RandomAffine(15, translate=(0.1, 0.1), scale=(0.8, 1.2), shear=10, **linear),
        "perspective": v2.RandomPerspective(0.3, p=1.0, **linear),
        "brightness": v2.ColorJitter(brightness=0.4),
        "contrast": v2.ColorJitter(contrast=0.4),
        "colour jitter": jitter,
        "colour jitter with saturation and hue": v2.ColorJitter(0.4, 0.4, 0.4, 0.1),
        "hue": v2.ColorJitter(hue=0.1),
        "grey": v2.Grayscale(3),
        "invert": v2.RandomInvert(1.0),
        "posterise": v2.RandomPosterize(4, p=1.0),
        "solarise": v2.RandomSolarize(128, p=1.0),
        "equalise": v2.RandomEqualize(1.0),
        "autocontrast": v2.RandomAutocontrast(1.0),
        "sharpness": v2.RandomAdjustSharpness(2, p=1.0),
        "blur": v2.GaussianBlur(5, (0.1, 2.0)),
        "erase": v2.RandomErasing(1.0),
        "elastic": v2.ElasticTransform(alpha=50.0, sigma=5.0, **linear),
        "chain": v2.Compose([flip(), crop(size, antialias=False), turn(15, **linear), jitter]),
    }


def albumentations_cases(size):
    import albumentations as A
    import cv2

    linear = {"interpolation": cv2.INTER_LINEAR}
    black = {"border_mode": cv2.BORDER_CONSTANT, "fill": 0}
    factor = (0.6, 1.4)
    none = (1, 1)
    crop = A.RandomResizedCrop((size, size), scale=(0.08, 1), ratio=(3 / 4, 4 / 3), p=1, **linear)
    turn = A.Rotate(15, p=1, **linear, **black)

    def jitter(brightness=none, contrast=none, saturation=none, hue=(0, 0)):
        return A.ColorJitter(brightness, contrast, saturation, hue, p=1)

    return {
        "flip": A.HorizontalFlip(p=1),
        "random crop": A.Compose([A.Pad(size // 8, **black, p=1), A.RandomCrop(size, size, p=1)]),
        "random resized crop": crop,
        "rotation": turn,
        "affine": A.Affine(
            scale=(0.8, 1.2), translate_percent=(-0.1, 0.1), rotate=(-15, 15), shear={"x": (-10, 10), "y": 0}, p=1, **linear, **black
        ),
        "perspective": A.Perspective(scale=(0.05, 0.15), keep_size=True, p=1, **linear, **black),
        "brightness": jitter(brightness=factor),
        "contrast": jitter(contrast=factor),
        "colour jitter": jitter(factor, factor),
        "colour jitter with saturation and hue": jitter(factor, factor, factor, (-0.1, 0.1)),
        "hue": jitter(hue=(-0.1, 0.1)),
        "grey": A.ToGray(p=1),
        "invert": A.InvertImg(p=1),
        "posterise": A.Posterize(4, p=1),
        "solarise": A.Solarize((0.5, 0.5), p=1),
        "equalise": A.Equalize(p=1),
        "autocontrast": A.AutoContrast(p=1),
        "sharpness": A.Sharpen(p=1),
        "blur": A.GaussianBlur((5, 5), (0.1, 2), p=1),
        "erase": A.Erasing((0.02, 0.33), (0.3, 3.3), p=1),
        "elastic": A.ElasticTransform(alpha=50, sigma=5, p=1, **linear, **black),
        "chain": A.Compose([A.HorizontalFlip(p=0.5), crop, turn, jitter(factor, factor)]),
    }


def per_second(run):
    def turn():
        done, start = 0, time.perf_counter()
        while True:
            for _ in range(4):
                run()
            done += 4
            passed = time.perf_counter() - start
            if passed > TURN:
                return done / passed

    turn()
    return statistics.median(turn() for _ in range(TURNS))


def runner(size):
    pixels = rng.integers(0, 256, (size, size, 3), dtype=np.uint8)
    if job["library"] == "torchvision":
        import torch

        torch.set_num_threads(1)
        picture = torch.from_numpy(pixels.transpose(2, 0, 1).copy())
        return torchvision_cases(size), lambda transform: lambda: transform(picture)
    import cv2

    cv2.setNumThreads(1)
    return albumentations_cases(size), lambda transform: lambda: transform(image=pixels)


rows = []
for size in job["sizes"]:
    cases, call = runner(size)
    for name, transform in cases.items():
        rows.append({"name": name, "size": size, "perSecond": per_second(call(transform))})

if job["library"] == "torchvision":
    import torch
    import torchvision

    version, variant = torchvision.__version__, f"transforms.v2 on tensors, PyTorch {torch.__version__}"
else:
    import albumentations
    import cv2

    version, variant = albumentations.__version__, f"OpenCV {cv2.__version__}"
print(json.dumps({"name": job["library"], "version": version, "variant": variant, "threads": 1, "rows": rows}))
