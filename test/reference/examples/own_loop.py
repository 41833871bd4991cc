import torch
from torch import nn
from torch.utils.data import DataLoader
from data import digits

train, test = digits(train=4000, test=1000)
net = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
loss_of = nn.CrossEntropyLoss()
loader = DataLoader(train, batch_size=32, shuffle=True)
for epoch in range(6):
    net.train()
    optimizer.zero_grad()
    for i, (x, y) in enumerate(loader):
        (loss_of(net(x), y) / 4).backward()
        if (i + 1) % 4 == 0 or i + 1 == len(loader):
            optimizer.step()
            optimizer.zero_grad()
    net.eval()
    with torch.no_grad():
        x, y = test.tensors
        answers = net(x)
    error = 100 * (answers.argmax(1) != y).float().mean()
    print(f"epoch {epoch + 1}: loss {loss_of(answers, y):.4f}, test error {error:.2f} %")
