"""Reference numbers of convolutional layers from PyTorch, in float32: python3 convolutional.py"""
import json
import pathlib
import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)


def numbers(tensor):
    return [float(f"{v:.8g}") for v in tensor.detach().flatten().tolist()]


def tensor(value):
    return {"shape": list(value.shape), "values": numbers(value)}


class Net(nn.Module):
    """A strided convolution, batch normalisation, a block with a projection in groups, means of channels, a linear layer."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3, stride=2, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(4)
        self.inner = nn.Conv2d(4, 6, 3, padding=1, groups=2)
        self.groups = nn.GroupNorm(3, 6)
        self.across = nn.Conv2d(4, 6, 1)
        self.out = nn.Linear(6, 3)

    def forward(self, x):
        x = F.relu(self.norm(self.first(x)))
        x = F.relu(self.groups(self.inner(x)) + self.across(x))
        x = F.max_pool2d(x, 2)
        return self.out(x.mean((2, 3)))


net = Net()
names = {
    "first.weight": "conv2d1.weight",
    "norm.weight": "batchNorm1.gamma",
    "norm.bias": "batchNorm1.beta",
    "inner.weight": "conv2d2.weight",
    "inner.bias": "conv2d2.bias",
    "groups.weight": "groupNorm1.gamma",
    "groups.bias": "groupNorm1.beta",
    "across.weight": "conv2d3.weight",
    "across.bias": "conv2d3.bias",
    "out.weight": "linear1.weight",
    "out.bias": "linear1.bias",
}
with torch.no_grad():
    for p in net.parameters():
        p.add_(0.1 * torch.randn(p.shape))


def values():
    """Parameters and running statistics under our names; a linear layer's weights are [in, out] here."""
    own = {names[name]: (p.T if name == "out.weight" else p) for name, p in net.named_parameters()}
    own["batchNorm1.mean"] = net.norm.running_mean
    own["batchNorm1.variance"] = net.norm.running_var
    return {name: tensor(p.contiguous()) for name, p in own.items()}


x = torch.randn(5, 3, 9, 8)
y = torch.tensor([0, 2, 1, 1, 0])
before = values()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
losses = []
for step in range(3):
    loss = F.cross_entropy(net(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
net.eval()
reference = {
    "made with": f"torch {torch.__version__}, seed 0",
    "x": tensor(x),
    "y": y.tolist(),
    "before": before,
    "losses": losses,
    "after": values(),
    "answers": tensor(net(x)),
}
path = pathlib.Path(__file__).with_name("convolutional.json")
path.write_text(json.dumps(reference, separators=(",", ":")) + "\n")
