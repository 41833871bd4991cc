import random
import numpy as np
import torch
from sklearn.datasets import make_moons
from sklearn.model_selection import KFold
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

folds, trials = 5, 8
points, labels = make_moons(500, noise=0.25, random_state=1)
x, y = torch.tensor(points, dtype=torch.float32), torch.tensor(labels)

results = []
for trial in range(trials):
    units = 2 ** random.randint(2, 6)
    learning_rate = 10 ** random.uniform(-3, -1.5)
    decay = 10 ** random.uniform(-5, -1)
    errors = []
    for train, test in KFold(folds, shuffle=True, random_state=1).split(points):
        net = nn.Sequential(nn.Linear(2, units), nn.ReLU(), nn.Linear(units, 2))
        optimizer = torch.optim.AdamW(net.parameters(), lr=learning_rate, weight_decay=decay)
        loss_of = nn.CrossEntropyLoss()
        for epoch in range(15):
            for a, b in DataLoader(TensorDataset(x[train], y[train]), batch_size=32, shuffle=True):
                loss = loss_of(net(a), b)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
        with torch.no_grad():
            errors.append(100 * (net(x[test]).argmax(1) != y[test]).float().mean().item())
    results.append((np.mean(errors), np.std(errors, ddof=1), units, learning_rate, decay))
mean, spread, units, learning_rate, decay = min(results)
print(f"best: {units} units, learning rate {learning_rate:.1e}, decay {decay:.1e}")
print(f"error in {folds} folds: {mean:.1f} ± {spread:.1f} %")
