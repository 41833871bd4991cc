"""Reference numbers of convolutions, poolings and resampling from PyTorch. Run with a Python that has it: python3 make.py"""
import json
import pathlib
import torch
import torch.nn.functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

CONV = [
    ("1-D", [2, 3, 9], [4, 3, 3], dict(stride=2, padding=1)),
    ("2-D", [2, 3, 6, 7], [4, 3, 3, 2], dict(stride=[2, 1], padding=[1, 0])),
    ("2-D, dilated, in groups", [2, 4, 7, 7], [6, 2, 2, 3], dict(dilation=[2, 1], groups=2)),
    ("2-D, depthwise", [1, 3, 5, 5], [3, 1, 3, 3], dict(padding=1, groups=3)),
    ("2-D, of one pixel", [2, 3, 4, 4], [5, 3, 1, 1], dict(stride=2)),
    ("3-D", [1, 2, 4, 3, 4], [2, 2, 2, 2, 3], dict(padding=[1, 0, 1])),
]
TRANSPOSED = [
    ("1-D", [2, 3, 4], [3, 2, 3], dict(stride=2, padding=1, output_padding=1)),
    ("2-D, in groups", [1, 4, 3, 3], [4, 1, 3, 2], dict(stride=[2, 1], groups=2)),
    ("2-D, dilated", [1, 2, 3, 3], [2, 3, 2, 2], dict(dilation=2, padding=1)),
]
MAX = [
    ("1-D", [2, 2, 7], dict(kernel_size=3, stride=2, padding=1)),
    ("2-D, overlapping", [1, 2, 6, 5], dict(kernel_size=[3, 2], stride=1)),
    ("2-D, dilated", [1, 2, 6, 6], dict(kernel_size=2, stride=2, dilation=2)),
]
AVERAGE = [
    ("2-D", [1, 2, 6, 6], dict(kernel_size=3, stride=2, padding=1, count_include_pad=False)),
    ("2-D, padding counted", [1, 2, 6, 6], dict(kernel_size=3, stride=2, padding=1)),
    ("3-D", [1, 1, 4, 4, 4], dict(kernel_size=2, stride=2)),
]


def numbers(tensor):
    return tensor.detach().flatten().tolist()


def case(name, function, inputs, options):
    """The result, gradients of sum(sin(k)·y), and those of the sum of their squares."""
    y = function(*inputs, **options)
    weights = torch.sin(torch.arange(y.numel(), dtype=torch.float64)).reshape(y.shape)
    first = torch.autograd.grad((y * weights).sum(), inputs, create_graph=True)
    second = torch.autograd.grad(sum((g * g).sum() for g in first), inputs, allow_unused=True)
    return {
        "name": name,
        "options": options,
        "inputs": [{"shape": list(x.shape), "values": numbers(x)} for x in inputs],
        "y": {"shape": list(y.shape), "values": numbers(y)},
        "first": [numbers(g) for g in first],
        "second": [None if g is None else numbers(g) for g in second],
    }


def random(*shape):
    return torch.round(torch.randn(*shape) * 1000).div(1000).requires_grad_()


def conv(dims, transposed=False):
    return getattr(F, f"conv_transpose{dims}d" if transposed else f"conv{dims}d")


reference = {
    "made with": f"torch {torch.__version__}, seed 0",
    "conv": [case(n, conv(len(x) - 2), [random(*x), random(*w), random(w[0])], o) for n, x, w, o in CONV],
    "convTranspose": [
        case(n, conv(len(x) - 2, True), [random(*x), random(*w), random(w[1] * o.get("groups", 1))], o)
        for n, x, w, o in TRANSPOSED
    ],
    "maxPool": [case(n, getattr(F, f"max_pool{len(x) - 2}d"), [random(*x)], o) for n, x, o in MAX],
    "averagePool": [case(n, getattr(F, f"avg_pool{len(x) - 2}d"), [random(*x)], o) for n, x, o in AVERAGE],
}
path = pathlib.Path(__file__).with_name("torch.json")
path.write_text(json.dumps(reference, separators=(",", ":")) + "\n")

RESIZE = [
    ("nearest", [2, 2, 5, 4], dict(size=[8, 3], mode="nearest")),
    ("nearest-exact", [1, 2, 5, 4], dict(size=[3, 7], mode="nearest-exact")),
    ("linear, 1-D", [1, 2, 7], dict(size=[4], mode="linear")),
    ("bilinear", [1, 2, 5, 4], dict(size=[9, 3], mode="bilinear")),
    ("bilinear, aligned", [1, 2, 5, 4], dict(size=[9, 3], mode="bilinear", align_corners=True)),
    ("bilinear, by a scale", [1, 1, 5, 4], dict(scale_factor=[1.7, 0.6], mode="bilinear")),
    ("bilinear, antialiased", [1, 2, 9, 8], dict(size=[4, 11], mode="bilinear", antialias=True)),
    ("bicubic", [1, 2, 5, 4], dict(size=[9, 3], mode="bicubic")),
    ("bicubic, aligned", [1, 1, 5, 4], dict(size=[3, 6], mode="bicubic", align_corners=True)),
    ("bicubic, antialiased", [1, 1, 9, 8], dict(size=[4, 5], mode="bicubic", antialias=True)),
    ("trilinear", [1, 1, 3, 4, 2], dict(size=[4, 3, 5], mode="trilinear")),
]
SAMPLE = [
    (mode, border, aligned, x, places)
    for mode in ("nearest", "bilinear", "bicubic")
    for border in ("zeros", "border", "reflection")
    for aligned in (False, True)
    for x, places in [([2, 2, 4, 5], [3, 2])]
] + [("bilinear", border, False, [1, 1, 3, 2, 4], [2, 2, 1]) for border in ("zeros", "border", "reflection")]
PAD = [
    ("reflect", [1, 2, 4, 5], [2, 1, 3, 0]),
    ("replicate", [1, 2, 3, 2], [2, 4, 0, 1]),
    ("circular", [1, 1, 3, 4], [4, 1, 2, 3]),
]


def first_order(name, function, inputs, options):
    """The result and the gradients of sum(sin(k)·y): PyTorch has no second ones of these."""
    y = function(*inputs, **options)
    weights = torch.sin(torch.arange(y.numel(), dtype=torch.float64)).reshape(y.shape)
    return {
        "name": name,
        "options": options,
        "inputs": [{"shape": list(x.shape), "values": numbers(x)} for x in inputs],
        "y": {"shape": list(y.shape), "values": numbers(y)},
        "first": [numbers(g) for g in torch.autograd.grad((y * weights).sum(), inputs)],
    }


def name_of(mode, border, aligned, x):
    return f"{mode}, {border}{', aligned' if aligned else ''}, {len(x) - 2}-D"


resampling = {
    "made with": f"torch {torch.__version__}, seed 0",
    "resize": [first_order(n, F.interpolate, [random(*x)], o) for n, x, o in RESIZE],
    "gridSample": [
        first_order(
            name_of(mode, border, aligned, x),
            F.grid_sample,
            [random(*x), random(x[0], *places, len(x) - 2)],
            dict(mode=mode, padding_mode=border, align_corners=aligned),
        )
        for mode, border, aligned, x, places in SAMPLE
    ],
    "pad": [first_order(mode, F.pad, [random(*x)], dict(pad=pad, mode=mode)) for mode, x, pad in PAD],
    "affineGrid": [
        first_order("2-D", F.affine_grid, [random(2, 2, 3)], dict(size=[2, 1, 3, 4], align_corners=False)),
        first_order("3-D, aligned", F.affine_grid, [random(1, 3, 4)], dict(size=[1, 1, 2, 3, 2], align_corners=True)),
    ],
}
path = pathlib.Path(__file__).with_name("resampling.json")
path.write_text(json.dumps(resampling, separators=(",", ":")) + "\n")
