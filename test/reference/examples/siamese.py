import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from data import digits

body = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 16))


def distance_of(left, right):
    return ((body(left) - body(right)).square().sum(1) + 1e-6).sqrt()


def contrastive(distance, same):
    return (same * distance**2 + (1 - same) * (1 - distance).relu() ** 2).mean()


def pairs_of(part, count):
    x, y = part.tensors
    pairs = []
    while len(pairs) < count:
        i, j = torch.randint(len(part), (2,)).tolist()
        same = int(y[i] == y[j])
        if same == len(pairs) % 2:
            pairs.append((i, j, same))
    i, j, same = torch.tensor(pairs).unbind(1)
    return TensorDataset(x[i], x[j], same.float())


train, test = digits(train=3000, test=1000)
pairs = pairs_of(train, 12_000)
optimizer = torch.optim.Adam(body.parameters(), lr=1e-3)
for epoch in range(10):
    for left, right, same in DataLoader(pairs, batch_size=128, shuffle=True):
        loss = contrastive(distance_of(left, right), same)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
with torch.no_grad():
    left, right, same = pairs_of(test, 1000).tensors
    told = (distance_of(left, right) < 0.5).float()
print(f"pairs told right: {100 * (told == same).float().mean():.1f} %")
