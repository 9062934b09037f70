"""Times forward + backward of the article's network in PyTorch; prints one JSON line. Arguments: base batch size repeats."""
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
torch.set_num_threads(os.cpu_count())
torch.manual_seed(1)
net = UNet(base)
x = torch.rand(batch, 3, size, size) * 2 - 1
y = torch.rand(batch, 3, size, size) * 2 - 1
times = []
for i in range(repeats + 2):
    start = time.perf_counter()
    net.zero_grad()
    nn.functional.mse_loss(net(x), y).backward()
    if i >= 2:
        times.append(1000 * (time.perf_counter() - start))
print(json.dumps({"version": torch.__version__, "threads": torch.get_num_threads(), "ms": sorted(times)[len(times) // 2]}))
