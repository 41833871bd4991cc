"""The convolutional networks of the benchmark `cnn` in PyTorch, by name, each with the shape of its input."""

import torch
from torch import nn
from torch.nn import functional as F


class Residual(nn.Module):
    """Two 3x3 convolutions with batch normalisation and a shortcut, as in He et al. 2016."""

    def __init__(self, inside, outside, stride, shortcut):
        super().__init__()
        self.first = nn.Conv2d(inside, outside, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(outside)
        self.second = nn.Conv2d(outside, outside, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(outside)
        self.shortcut = shortcut

    def forward(self, x):
        y = F.relu(self.norm1(self.first(x)))
        return F.relu(self.norm2(self.second(y)) + self.shortcut(x))


class ZeroPadded(nn.Module):
    """Every second pixel, with channels of zeros added: the shortcut without parameters of CIFAR's ResNets."""

    def __init__(self, added):
        super().__init__()
        self.added = added

    def forward(self, x):
        return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.added // 2, self.added - self.added // 2))


def projected(inside, outside):
    return nn.Sequential(nn.Conv2d(inside, outside, 1, 2, bias=False), nn.BatchNorm2d(outside))


def resnet(widths, blocks, shortcut):
    layers = [nn.Conv2d(3, widths[0], 3, 1, 1, bias=False), nn.BatchNorm2d(widths[0]), nn.ReLU()]
    inside = widths[0]
    for width in widths:
        for block in range(blocks):
            narrows = block == 0 and width != widths[0]
            layers.append(
                Residual(inside, width, 2 if narrows else 1, shortcut(inside, width) if narrows else nn.Identity())
            )
            inside = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inside, 10))


def small():
    def conv(inside, outside):
        return nn.Conv2d(inside, outside, 3, padding=1)

    return nn.Sequential(
        *(conv(3, 32), nn.ReLU(), conv(32, 64), nn.ReLU(), nn.MaxPool2d(2), conv(64, 128), nn.ReLU()),
        *(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(128, 10)),
    )


def lenet5():
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
    )


NETWORKS = {
    "small": (small, (3, 32, 32)),
    "resnet20": (lambda: resnet([16, 32, 64], 3, lambda a, b: ZeroPadded(b - a)), (3, 32, 32)),
    "resnet18": (lambda: resnet([64, 128, 256, 512], 2, projected), (3, 32, 32)),
    "lenet5": (lenet5, (1, 28, 28)),
}


def network(name, batch, memory_format):
    """The network and a fixed batch of normal inputs with random labels, in one of PyTorch's memory formats."""
    make, shape = NETWORKS[name]
    net = make().to(memory_format=memory_format)
    x = torch.randn(batch, *shape).to(memory_format=memory_format)
    return net, x, torch.randint(0, 10, (batch,))
