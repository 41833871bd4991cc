import math
import torch
from torch import nn
from torch.nn import functional as F

size, steps = 128, 2000
judge = nn.Sequential(nn.Linear(2, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 1))
maker = nn.Sequential(nn.Linear(8, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 2))
judging = torch.optim.Adam(judge.parameters(), lr=1e-3, betas=(0.5, 0.999))
making = torch.optim.Adam(maker.parameters(), lr=1e-3, betas=(0.5, 0.999))


def ring():
    angle = torch.randint(8, (size,)) * math.pi / 4
    return torch.stack([2 * angle.cos(), 2 * angle.sin()], 1) + 0.05 * torch.randn(size, 2)


ones = torch.ones(size, 1)
verdicts = torch.cat([ones, torch.zeros(size, 1)])
for step in range(steps):
    with torch.no_grad():
        fake = maker(torch.randn(size, 8))
    points = torch.cat([ring(), fake]).requires_grad_()
    logits = judge(points)
    (slope,) = torch.autograd.grad(logits.sum(), points, create_graph=True)
    loss = F.binary_cross_entropy_with_logits(logits, verdicts) + 0.05 * (slope**2).sum(1).mean()
    judging.zero_grad()
    loss.backward()
    judging.step()
    judge.requires_grad_(False)
    loss = F.binary_cross_entropy_with_logits(judge(maker(torch.randn(size, 8))), ones)
    making.zero_grad()
    loss.backward()
    making.step()
    judge.requires_grad_(True)

with torch.no_grad():
    x, y = maker(torch.randn(8 * size, 8)).unbind(1)
mode = (4 * torch.atan2(y, x) / math.pi).round() % 8
angle = mode * math.pi / 4
near = torch.hypot(x - 2 * angle.cos(), y - 2 * angle.sin()) < 0.4
hits = torch.bincount(mode[near].long(), minlength=8)
print(f"modes hit: {(hits > 0.02 * 8 * size).sum()} of 8; on a mode: {100 * near.float().mean():.0f} %")
