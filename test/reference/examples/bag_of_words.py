import random
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

good = ["bright", "warm", "lovely", "kind", "fresh"]
bad = ["dull", "cold", "ugly", "rude", "stale"]
others = ["the", "room", "was", "food", "and", "people", "very", "we", "found", "day", "not"]
words = ["", *good, *bad, *others]
longest = 12


def word(positive):
    if random.random() < 0.5:
        return random.choice(others)
    return random.choice(good if (random.random() < 0.9) == positive else bad)


def examples(count):
    ids = torch.zeros(count, longest, dtype=torch.long)
    labels = torch.arange(count) % 2
    for i in range(count):
        text = [word(bool(labels[i])) for _ in range(random.randint(5, longest))]
        ids[i, : len(text)] = torch.tensor([words.index(each) for each in text])
    return TensorDataset(ids, labels)


class Bag(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.vectors = nn.Embedding(len(words), size)
        self.out = nn.Linear(size, 2)

    def forward(self, ids):
        there = (ids > 0).float().unsqueeze(-1)
        mean = (self.vectors(ids) * there).sum(1) / there.sum(1)
        return self.out(mean)


train, test = examples(2000), examples(500)
net = Bag(16)
optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
loss_of = nn.CrossEntropyLoss()
for epoch in range(8):
    for ids, label in DataLoader(train, batch_size=128, shuffle=True):
        loss = loss_of(net(ids), label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
with torch.no_grad():
    ids, label = test.tensors
    error = 100 * (net(ids).argmax(1) != label).float().mean()
print(f"test error {error:.2f} %")
