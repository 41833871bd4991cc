import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from data import digits


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.look = nn.Sequential(nn.Linear(784, 128), nn.ReLU())
        self.join = nn.Sequential(nn.Linear(129, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU())
        self.kind = nn.Linear(64, 10)
        self.total = nn.Linear(64, 1)

    def forward(self, picture, price):
        features = self.join(torch.cat([self.look(picture), price], 1))
        return self.kind(features), self.total(features)


def orders_of(part):
    pictures, counts = part.tensors
    price = torch.rand(len(part), 1)
    return TensorDataset(pictures, price, counts, price * counts.unsqueeze(1))


train, test = digits(train=4000, test=1000)
net = Net()
optimizer = torch.optim.Adam(net.parameters(), lr=2e-3)
loss_of_kind, loss_of_total = nn.CrossEntropyLoss(), nn.HuberLoss()
for epoch in range(15):
    for picture, price, kind, total in DataLoader(orders_of(train), batch_size=128, shuffle=True):
        told_kind, told_total = net(picture, price)
        loss = loss_of_kind(told_kind, kind) + 2 * loss_of_total(told_total, total)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
with torch.no_grad():
    picture, price, kind, total = orders_of(test).tensors
    told_kind, told_total = net(picture, price)
print(f"digits told wrong: {100 * (told_kind.argmax(1) != kind).float().mean():.1f} %")
print(f"totals off by {(told_total - total).abs().mean():.3f} on average")
