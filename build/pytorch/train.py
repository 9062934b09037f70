r"""Trains Photomend's own networks with PyTorch, on samples that make-samples.ts makes.

The same network, loss, optimizer and average of weights as `photomend train`, for a machine with a large GPU:

    train.py --recipe detail --samples DIR/training --validation DIR/validation --seconds 478 --out DIR --bf16 \
        --net restorer,base=32,stages=3,units=2,weights=resources/models/restorer/model.onnx [--net ...]

Every network sees the same samples. They are kept on the GPU and used several times, each time turned, mirrored and with
its colour channels exchanged. Weights come back as .safetensors with half precision, which
`node build/run.mjs build/pytorch/pack.ts WEIGHTS FOLDER ID NAME` turns into a model.
"""

import argparse
import copy
import json
import os
import time

import numpy as np
import torch
import torch.nn.functional as F

CHANNELS = {"detail": (6, 3), "fill": (6, 3), "defects": (4, 1)}
FILE_SAMPLES = 64
# By how much of their difference the average of the weights follows them in a step.
AVERAGE_SHARE = 1 / 1000


class Unet(torch.nn.Module):
    """The family `photomend` of electron/training/network.ts, without batch norm."""

    def __init__(self, inputs, outputs, base, stages, units):
        super().__init__()
        self.stages, self.units = stages, units
        # Whether convolutions are computed in bfloat16; weights and what is added up stay float32.
        self.reduced = False
        self.layers = torch.nn.ModuleDict()
        width = [base * 2**stage for stage in range(stages + 1)]

        def conv(name, ins, outs, kernel=3, stride=1, scale=1.0):
            layer = torch.nn.Conv2d(ins, outs, kernel, stride, padding=1 if kernel == 3 else 0)
            with torch.no_grad():
                layer.weight *= scale
                layer.bias *= scale
            self.layers[key(name)] = layer

        def units_of(name, channels):
            for unit in range(units):
                conv(f"{name}.unit{unit}.conv", channels, channels, scale=0.1)

        conv("head", inputs * 4, base)
        units_of("encoder.stage0", base)
        for stage in range(stages):
            conv(f"encoder.down{stage}", width[stage], width[stage + 1], kernel=2, stride=2)
            units_of(f"encoder.stage{stage + 1}", width[stage + 1])
        for stage in reversed(range(stages)):
            self.layers[key(f"decoder.up{stage}")] = torch.nn.ConvTranspose2d(width[stage + 1], width[stage], 2, 2)
            conv(f"decoder.fuse{stage}", 2 * width[stage], width[stage])
            units_of(f"decoder.stage{stage}", width[stage])
        conv("tail", base, outputs * 4, scale=0.0)

    def forward(self, x):
        if not self.reduced:
            return self.compute(x)
        with torch.autocast("cuda", torch.bfloat16, cache_enabled=False):
            return self.compute(x).float()

    def compute(self, x):
        layer = lambda name: self.layers[key(name)]

        def units_of(name, x):
            for unit in range(self.units):
                x = x + layer(f"{name}.unit{unit}.conv")(F.relu(x))
            return x

        x = units_of("encoder.stage0", layer("head")(space_to_depth(x)))
        skips = []
        for stage in range(self.stages):
            skips.append(x)
            x = units_of(f"encoder.stage{stage + 1}", layer(f"encoder.down{stage}")(x))
        for stage in reversed(range(self.stages)):
            up = layer(f"decoder.up{stage}")(x)
            x = units_of(f"decoder.stage{stage}", layer(f"decoder.fuse{stage}")(torch.cat([skips[stage], up], 1)))
        return depth_to_space(layer("tail")(F.relu(x)))

    def tensors(self):
        return {name.replace("layers.", "").replace("/", "."): value for name, value in self.state_dict().items()}

    def load(self, tensors):
        with torch.no_grad():
            for name, value in self.tensors().items():
                value.copy_(torch.from_numpy(np.array(tensors[name], dtype=np.float32)))


def key(name):
    return name.replace(".", "/")


def space_to_depth(x):
    n, c, h, w = x.shape
    return x.view(n, c, h // 2, 2, w // 2, 2).permute(0, 3, 5, 1, 2, 4).reshape(n, 4 * c, h // 2, w // 2)


def depth_to_space(x):
    n, c, h, w = x.shape
    return x.view(n, 2, 2, c // 4, h, w).permute(0, 3, 4, 1, 5, 2).reshape(n, c // 4, 2 * h, 2 * w)


def onnx_weights(path):
    import onnx.numpy_helper

    named = {}
    for tensor in onnx.load(path).graph.initializer:
        named[tensor.name.removesuffix(".half")] = onnx.numpy_helper.to_array(tensor).astype(np.float32)
    return named


def save_safetensors(path, tensors, metadata):
    header, parts, offset = {"__metadata__": metadata}, [], 0
    for name, value in tensors.items():
        data = value.detach().cpu().to(torch.float16).numpy().tobytes()
        header[name] = {"dtype": "F16", "shape": list(value.shape), "data_offsets": [offset, offset + len(data)]}
        parts.append(data)
        offset += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text + b"".join(parts))


class Samples:
    """Samples on the GPU; new ones take the place of the oldest."""

    def __init__(self, folder, recipe, size, capacity, device):
        inputs, outputs = CHANNELS[recipe]
        self.folder, self.size, self.device = folder, size, device
        self.split = [inputs, outputs]
        self.data = torch.empty(capacity, sum(self.split), size, size, dtype=torch.float16, device=device)
        self.weight = torch.empty(capacity, device=device)
        self.filled = self.taken = 0

    def take(self, limit):
        """Takes up to `limit` files that lie ready; they are gone then."""
        names = self.load(limit)
        for name in names:
            os.remove(os.path.join(self.folder, name))
        return len(names)

    def load(self, limit):
        names = sorted(name for name in os.listdir(self.folder) if name.endswith(".f32"))[:limit]
        for name in names:
            path = os.path.join(self.folder, name)
            self.put(torch.from_numpy(np.fromfile(path, dtype=np.float32)).to(self.device))
        return names

    def put(self, flat):
        area = self.size * self.size
        parts, offset = [], 0
        for channels in [*self.split, 1]:
            count = FILE_SAMPLES * channels * area
            parts.append(flat[offset : offset + count].view(FILE_SAMPLES, channels, self.size, self.size))
            offset += count
        start = self.taken % self.data.shape[0]
        self.data[start : start + FILE_SAMPLES] = torch.cat(parts[:2], 1).half()
        self.weight[start : start + FILE_SAMPLES] = flat[offset : offset + FILE_SAMPLES]
        self.taken += FILE_SAMPLES
        self.filled = min(self.taken, self.data.shape[0])

    def batch(self, at):
        data, target = self.data[at].float().split(self.split, 1)
        # All recipes have the mask as their fourth input.
        return data, target, data[:, 3:4], self.weight[at]


def turned(data, colour_channels, share_exchanged):
    """Eight orientations and six orders of colours; of a batch, all are turned alike."""
    turn, mirror = int(torch.randint(4, ())), int(torch.randint(2, ()))
    order = torch.randperm(3).tolist() if float(torch.rand(())) < share_exchanged else [0, 1, 2]
    changed = []
    for tensor, coloured in zip(data, colour_channels):
        if coloured:
            tensor = torch.cat([tensor[:, order], tensor[:, 3:]], 1)
        tensor = torch.rot90(tensor, turn, (2, 3))
        changed.append((tensor.flip(3) if mirror else tensor).contiguous())
    return changed


def recoloured(data):
    """A photo less 0.5 in its first three channels: another saturation, contrast and brightness, of a batch all alike."""
    photo, rest = data[:, :3], data[:, 3:]
    luma = (photo * torch.tensor([0.299, 0.587, 0.114], device=data.device).view(1, 3, 1, 1)).sum(1, keepdim=True)
    draw = torch.rand(3).tolist()
    saturation, contrast = np.exp(0.9 * draw[0] - 0.5), np.exp(0.5 * draw[1] - 0.3)
    changed = contrast * (luma + saturation * (photo - luma)) + 0.2 * draw[2] - 0.1
    return torch.cat([changed.clamp(-0.5, 0.5), rest], 1)


def loss_of(recipe, prediction, target, mask, weight):
    if recipe == "defects":
        penalty = F.binary_cross_entropy_with_logits(prediction, target, reduction="none")
    else:
        penalty = (prediction - target) ** 2
    covered = mask.sum((1, 2, 3)).clamp(min=1)
    return ((penalty * mask).sum((1, 2, 3)) * weight / covered).mean() / prediction.shape[1]


@torch.no_grad()
def validate(recipe, net, samples):
    hit = false_alarm = missed = 0
    scores, starts = [], []
    for start in range(0, samples.filled, FILE_SAMPLES):
        at = torch.arange(start, start + FILE_SAMPLES, device=samples.device)
        data, target, mask, _ = samples.batch(at)
        prediction = net(data)
        if recipe == "defects":
            inside, damaged, found = mask >= 0.5, target > 0.5, prediction > 0
            hit += (inside & damaged & found).sum().item()
            false_alarm += (inside & ~damaged & found).sum().item()
            missed += (inside & damaged & ~found).sum().item()
        else:
            covered = 3 * mask.sum((1, 2, 3)).clamp(min=1)
            for value, kept in ((prediction - target, scores), (target, starts)):
                error = (mask * value**2).sum((1, 2, 3)) / covered
                kept.append(-10 * torch.log10(error.clamp(min=1e-7)))
    if recipe == "defects":
        return 200 * hit / max(1, 2 * hit + false_alarm + missed), 0.0
    return torch.cat(scores).mean().item(), torch.cat(starts).mean().item()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", choices=CHANNELS, required=True)
    parser.add_argument("--samples", required=True)
    parser.add_argument("--validation", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--net", action="append", required=True)
    parser.add_argument("--size", type=int, default=96)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--seconds", type=float, default=500)
    parser.add_argument("--first", type=int, default=8, help="files that must be there before the first step")
    parser.add_argument("--capacity", type=int, default=1 << 16)
    parser.add_argument("--exchanged", type=float, default=0.5)
    parser.add_argument("--warmup", type=int, default=200)
    parser.add_argument("--bf16", action="store_true", help="compute convolutions in bfloat16")
    parser.add_argument("--rest", type=float, default=0, help="wait after a step, as a multiple of its time")
    parser.add_argument("--device", default="cuda")
    options = parser.parse_args()
    began = time.time()
    device, recipe = options.device, options.recipe
    torch.manual_seed(1)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True

    inputs, outputs = CHANNELS[recipe]
    nets = []
    for text in options.net:
        name, *facts = text.split(",")
        fact = dict(part.split("=") for part in facts)
        shape = {field: int(fact[field]) for field in ("base", "stages", "units")}
        net = Unet(inputs, outputs, **shape).to(device, memory_format=torch.channels_last)
        if "weights" in fact:
            net.load(onnx_weights(fact["weights"]))
        average = copy.deepcopy(net)
        net.reduced = options.bf16
        rate = float(fact.get("rate", 5e-4))
        optimizer = torch.optim.Adam(net.parameters(), lr=rate, fused=device == "cuda")
        entry = {"name": name, "shape": shape, "net": net, "average": average, "rate": rate, "optimizer": optimizer}
        example = torch.zeros(options.batch, inputs, options.size, options.size, device=device)
        example = example.to(memory_format=torch.channels_last)
        # A recorded graph of kernels: small networks would otherwise wait for Python.
        entry["run"] = torch.cuda.make_graphed_callables(net, (example,)) if device == "cuda" else net
        nets.append(entry)

    held = Samples(options.validation, recipe, options.size, 64 * FILE_SAMPLES, device)
    held.load(64)
    samples = Samples(options.samples, recipe, options.size, options.capacity // FILE_SAMPLES * FILE_SAMPLES, device)
    while samples.filled < options.first * FILE_SAMPLES:
        samples.take(64) or time.sleep(0.05)

    colour_channels = (True, outputs == 3)
    curves = {entry["name"]: [] for entry in nets}
    step = seen = 0
    training_began, next_report = time.time(), 0.0

    def report(final=False):
        for entry in nets:
            score, start = validate(recipe, entry["average"], held)
            curves[entry["name"]].append([step, round(score, 3), round(start, 3)])
            metadata = {
                "preset": {"detail": "photomend"}.get(recipe, recipe),
                "spec": json.dumps(
                    {
                        "family": "photomend",
                        "inputChannels": inputs,
                        "outputChannels": outputs,
                        "baseChannels": entry["shape"]["base"],
                        "stages": entry["shape"]["stages"],
                        "units": entry["shape"]["units"],
                        "batchNorm": False,
                        "spaceToDepth": True,
                    }
                ),
                "recipe": recipe,
                "loss": "crossEntropy" if recipe == "defects" else "mse",
                "size": str(options.size),
                "warmup": str(options.warmup),
                "average_decay": str(1 - AVERAGE_SHARE),
                "precision": "bfloat16" if options.bf16 else "tf32",
                "device": torch.cuda.get_device_name() if device == "cuda" else device,
                "steps": str(step),
                "batch": str(options.batch),
                "made": str(samples.taken),
                "seconds": str(round(time.time() - training_began)),
                "rate": str(entry["rate"]),
                "validation": json.dumps(curves[entry["name"]]),
            }
            path = os.path.join(options.out, entry["name"] + ".safetensors")
            save_safetensors(path + ".part", entry["average"].tensors(), metadata)
            os.replace(path + ".part", path)
            print(
                f"{time.time() - began:6.0f}s {entry['name']} step {step} made {samples.taken} "
                f"start {start:.3f} score {score:.3f}{' end' if final else ''}",
                flush=True,
            )

    while True:
        elapsed = time.time() - training_began
        progress = elapsed / options.seconds
        if elapsed >= next_report:
            report()
            next_report = elapsed + max(30.0, options.seconds / 12)
        if progress >= 1:
            break
        if step % 4 == 0:
            samples.take(8)
        step_began = time.time()
        at = torch.randint(samples.filled, (options.batch,), device=device)
        data, target, _, weight = samples.batch(at)
        data, target = turned((data, target), colour_channels, options.exchanged)
        if recipe == "defects" and float(torch.rand(())) < 0.5:
            data = recoloured(data)
        data = data.to(memory_format=torch.channels_last)
        warm = min(1.0, (step + 1) / options.warmup)
        factor = warm * (0.01 + 0.99 * 0.5 * (1 + np.cos(np.pi * min(1.0, progress))))
        # The average looks back over a thousand steps; at first over fewer.
        share = max(1 / (step + 10), AVERAGE_SHARE)
        for entry in nets:
            net, optimizer = entry["net"], entry["optimizer"]
            for group in optimizer.param_groups:
                group["lr"] = entry["rate"] * factor
            loss = loss_of(recipe, entry["run"](data), target, data[:, 3:4], weight)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            with torch.no_grad():
                average = list(entry["average"].parameters())
                torch._foreach_mul_(average, 1 - share)
                torch._foreach_add_(average, list(net.parameters()), alpha=share)
        step += 1
        if options.rest > 0:
            if device == "cuda":
                torch.cuda.synchronize()
            time.sleep(options.rest * (time.time() - step_began))
    report(final=True)


if __name__ == "__main__":
    main()
