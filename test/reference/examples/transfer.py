import copy
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from data import digits


def only(part, wanted, most=None):
    x, y = part.tensors
    chosen = torch.cat([(y == digit).nonzero()[:most, 0] for digit in wanted])
    return TensorDataset(x[chosen], y[chosen])


def fit(net, data, epochs, batch_size):
    optimizer = torch.optim.Adam([p for p in net.parameters() if p.requires_grad])
    loss_of = nn.CrossEntropyLoss()
    for epoch in range(epochs):
        for x, y in DataLoader(data, batch_size=batch_size, shuffle=True):
            loss = loss_of(net(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def error_of(net, data):
    x, y = data.tensors
    with torch.no_grad():
        return 100 * (net(x).argmax(1) != y).float().mean()


train, test = digits(train=6000, test=2000)
early, late = range(5), range(5, 10)
body = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 64), nn.ReLU())
untrained = copy.deepcopy(body)
fit(nn.Sequential(body, nn.Linear(64, 10)), only(train, early), epochs=10, batch_size=128)

few, unseen = only(train, late, 10), only(test, late)
errors = []
for start in [body, untrained]:
    start.requires_grad_(False)
    net = nn.Sequential(start, nn.Linear(64, 10))
    fit(net, few, epochs=60, batch_size=10)
    errors.append(error_of(net, unseen))
print(f"test error with the body that learned {errors[0]:.1f} %, with one at random {errors[1]:.1f} %")
