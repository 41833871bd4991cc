import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader
from data import digits


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encode = nn.Sequential(nn.Linear(784, 128), nn.ReLU())
        self.mean = nn.Linear(128, 8)
        self.spread = nn.Linear(128, 8)
        self.decode = nn.Sequential(nn.Linear(8, 128), nn.ReLU(), nn.Linear(128, 784))

    def forward(self, image):
        seen = self.encode(image)
        mu, log_variance = self.mean(seen), self.spread(seen)
        noise = torch.exp(log_variance / 2) * torch.randn_like(mu) if self.training else 0
        return self.decode(mu + noise), mu, log_variance


def bound(image, logits, mu, log_variance):
    unlikely = F.binary_cross_entropy_with_logits(logits, image, reduction="none").sum(1)
    divergence = (mu**2 + log_variance.exp() - log_variance - 1).sum(1) / 2
    return (unlikely + divergence).mean()


train, test = digits(train=4000, test=1000)
net = Autoencoder()
optimizer = torch.optim.Adam(net.parameters(), lr=2e-3)
for epoch in range(12):
    net.train()
    for x, _ in DataLoader(train, batch_size=128, shuffle=True):
        loss = bound(x, *net(x))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
net.eval()
with torch.no_grad():
    x, _ = test.tensors
    print(f"bound on the log likelihood of digits never seen: {-bound(x, *net(x)):.1f} nats")
