"""Times the article's network in PyTorch; prints one JSON line. Arguments: base batch size repeats [device].

`forwardMs`: a forward pass without gradients; `ms`: forward + backward; `stepMs`: those with Adam's update.
"""
import json
import os
import sys
import time

import torch
from torch import nn


class ConvBlock(nn.Module):
    def __init__(self, c_in, c):
        super().__init__()
        self.model = nn.Sequential(
            nn.Conv2d(c_in, c, 3, 1, 1), nn.BatchNorm2d(c), nn.ReLU(),
            nn.Conv2d(c, c, 3, 1, 1), nn.BatchNorm2d(c), nn.ReLU(),
        )

    def forward(self, x):
        return self.model(x)


class UNet(nn.Module):
    def __init__(self, base):
        super().__init__()
        c = [base * 2**i for i in range(5)]
        self.enc = nn.ModuleList([ConvBlock(3 if i == 0 else c[i - 1], c[i]) for i in range(5)])
        self.down = nn.ModuleList(
            [nn.Sequential(nn.Conv2d(c[i], c[i], 3, 2, 1), nn.BatchNorm2d(c[i]), nn.ReLU()) for i in range(4)]
        )
        self.up = nn.ModuleList(
            [nn.Sequential(nn.ConvTranspose2d(c[i + 1], c[i], 2, 2), nn.BatchNorm2d(c[i]), nn.ReLU()) for i in range(4)]
        )
        self.dec = nn.ModuleList([ConvBlock(2 * c[i], c[i]) for i in range(4)])
        self.last = nn.Conv2d(base, 3, 3, 1, 1)

    def forward(self, x):
        skips = []
        for i in range(4):
            x = self.enc[i](x)
            skips.append(x)
            x = self.down[i](x)
        x = self.enc[4](x)
        for i in reversed(range(4)):
            x = self.dec[i](torch.cat([skips[i], self.up[i](x)], 1))
        return torch.tanh(self.last(x))


base, batch, size, repeats = map(int, sys.argv[1:5])
device = sys.argv[5] if len(sys.argv) > 5 else "cpu"
torch.set_num_threads(os.cpu_count())
torch.manual_seed(1)
net = UNet(base).to(device)
optimizer = torch.optim.Adam(net.parameters(), lr=1e-4)
x = (torch.rand(batch, 3, size, size) * 2 - 1).to(device)
y = (torch.rand(batch, 3, size, size) * 2 - 1).to(device)


def forward():
    with torch.no_grad():
        net(x)


def forward_backward():
    net.zero_grad()
    nn.functional.mse_loss(net(x), y).backward()


def step():
    forward_backward()
    optimizer.step()


def median_ms(work):
    times = []
    for i in range(repeats + 2):
        start = time.perf_counter()
        work()
        if device == "cuda":
            torch.cuda.synchronize()
        if i >= 2:
            times.append(1000 * (time.perf_counter() - start))
    return sorted(times)[len(times) // 2]


print(json.dumps({
    "version": torch.__version__,
    "threads": torch.get_num_threads(),
    "ms": median_ms(forward_backward),
    "forwardMs": median_ms(forward),
    "stepMs": median_ms(step),
}))
