"""Numbers of torchvision's networks with weights that a formula gives: python3 architectures.py"""
import json
import math
import pathlib
import numpy
import torch
import torchvision
from torch import nn
from torch.nn import functional as F


def wave(count, seed):
    """What test/nn/architectures.test.ts fills parameters with too."""
    return numpy.sin(0.7 * numpy.arange(count, dtype=numpy.float64) + seed)


def in_order(module):
    """Parameters in the order in which layers are applied: what scales a block stands before its layers in torchvision's."""
    own = []
    for name, child in module.named_children():
        own += in_order(child)
    return own + [p for p in module.parameters(recurse=False)]


def fill(net):
    with torch.no_grad():
        for i, p in enumerate(in_order(net)):
            values = torch.tensor(wave(p.numel(), i).reshape(p.shape), dtype=torch.float64)
            # Matrices and filters keep the size of signals; what scales a channel is around 1.
            p.copy_(values * math.sqrt(2 / p[0].numel()) if p.dim() in (2, 4) else 1 + 0.3 * values)


def reference(net, size=32):
    # In float64: over steps of a deep network the roundings of float32 are seen in the fourth digit, in PyTorch too.
    net.double()
    fill(net)
    for m in net.modules():
        if isinstance(m, nn.Dropout):
            m.p = 0
    x = numpy.sin(numpy.arange(4 * 3 * size * size, dtype=numpy.float64) ** 2)
    x = torch.tensor(x.reshape(4, 3, size, size), dtype=torch.float64)
    y = torch.tensor([0, 3, 1, 4])
    optimizer = torch.optim.SGD(net.parameters(), lr=0.003)
    losses = []
    net.train()
    for _ in range(3):
        loss = F.cross_entropy(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    net.eval()
    answers = torch.softmax(net(x), 1).detach().flatten().tolist()
    return {"losses": losses, "answers": [float(f"{v:.8g}") for v in answers]}


def products(net, size=224):
    """Multiply-adds of convolutions and linear layers for one picture."""
    total = 0

    def add(module, _inputs, output):
        nonlocal total
        total += output.numel() * module.weight[0].numel()

    for m in net.modules():
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            m.register_forward_hook(add)
    net.eval()(torch.zeros(1, 3, size, size))
    return total


mobile = torchvision.models.mobilenet_v3_small(width_mult=0.5, num_classes=5)
setting = [torchvision.models.convnext.CNBlockConfig(16, 32, 1), torchvision.models.convnext.CNBlockConfig(32, None, 2)]
conv = torchvision.models.ConvNeXt(setting, stochastic_depth_prob=0.0, num_classes=5)
path = pathlib.Path(__file__).with_name("architectures.json")
path.write_text(json.dumps({
    "made with": f"torch {torch.__version__}, torchvision {torchvision.__version__}; weights and pictures by formulas",
    "multiplyAdds": {
        "mobileNetV3": products(torchvision.models.mobilenet_v3_small()),
        "convNeXt": products(torchvision.models.convnext_tiny()),
        "resnet18": products(torchvision.models.resnet18()),
        "resnet50": products(torchvision.models.resnet50()),
    },
    "mobileNetV3": reference(mobile, size=64),
    "convNeXt": reference(conv),
}, separators=(",", ":")) + "\n")
