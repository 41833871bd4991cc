import math
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

body = nn.Sequential(nn.Linear(1, 24), nn.Tanh(), nn.Linear(24, 24), nn.Tanh(), nn.Linear(24, 1))


def u_of(x):
    return body(x) * (1 - x**2)


def residual_of(x):
    x = x.requires_grad_()
    (slope,) = torch.autograd.grad(u_of(x).sum(), x, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.sum(), x, create_graph=True)
    return curvature + math.pi**2 * torch.sin(math.pi * x)


places = torch.linspace(-1, 1, 200).unsqueeze(1)
loader = DataLoader(TensorDataset(places), batch_size=50, shuffle=True)
optimizer = torch.optim.Adam(body.parameters(), lr=0.01)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 500 * len(loader))
for epoch in range(500):
    for (x,) in loader:
        loss = residual_of(x).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
with torch.no_grad():
    off = (u_of(places) - torch.sin(math.pi * places)).abs().max()
print(f"largest difference from sin(πx): {off:.1e}")
