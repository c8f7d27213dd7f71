"""The recipe of recipe.json in PyTorch, on the same processor: python3 simclr.py <folder> [--seeds 1,2,3] [--steps 2500].

Same net, views, loss, optimiser and schedule as simclr.mjs, written apart from it (random numbers differ); the same
probe with all labels. Writes pytorch.json beside itself, a seed at a time.
"""
import argparse
import gzip
import json
import math
import pathlib
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

here = pathlib.Path(__file__).parent
recipe = json.loads((here / "recipe.json").read_text())


def idx(path, header):
    with gzip.open(path) as file:
        return np.frombuffer(file.read(), np.uint8, offset=header)


def part(folder, name):
    pictures = idx(folder / f"{name}-images-idx3-ubyte.gz", 16).reshape(-1, 1, 28, 28)
    labels = idx(folder / f"{name}-labels-idx1-ubyte.gz", 8)
    return torch.tensor(pictures).float() / 255, torch.tensor(labels).long()


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.convolutions, self.norms = nn.ModuleList(), nn.ModuleList()
        channels = 1
        for width, stride in zip(recipe["widths"], recipe["strides"]):
            convolution = nn.Conv2d(channels, width, 3, stride, bias=False)
            nn.init.normal_(convolution.weight, std=math.sqrt(2 / (9 * channels)))
            self.convolutions.append(convolution)
            self.norms.append(nn.BatchNorm2d(width))
            channels = width

    def forward(self, x):
        h = (x - 0.286) / 0.353
        for convolution, norm in zip(self.convolutions, self.norms):
            # Zeros as TensorFlow's 'same' has them: at stride 2 and even sides only behind.
            before = 0 if convolution.stride[0] == 2 and h.shape[-1] % 2 == 0 else 1
            h = F.relu(norm(convolution(F.pad(h, (before, 1, before, 1)))))
        grid = recipe["grid"]
        stride = h.shape[-1] // grid
        return F.avg_pool2d(h, h.shape[-1] - (grid - 1) * stride, stride).flatten(1)


def head(inputs):
    hidden, output = recipe["hidden"], recipe["output"]
    first, last = nn.Linear(inputs, hidden, bias=False), nn.Linear(hidden, output)
    nn.init.normal_(first.weight, std=math.sqrt(2 / inputs))
    nn.init.normal_(last.weight, std=math.sqrt(1 / hidden))
    nn.init.zeros_(last.bias)
    return nn.Sequential(first, nn.BatchNorm1d(hidden), nn.ReLU(), last)


def view(x):
    """A crop of a drawn area and shape, mirrored half of the time, then brightness and contrast in either order and a power of the values."""
    n = x.shape[0]
    low, high = recipe["crop"]
    area = torch.empty(n).uniform_(low, high)
    shape = torch.empty(n).uniform_(math.log(3 / 4), math.log(4 / 3)).exp()
    wide, tall = (area * shape).sqrt().clamp(max=1), (area / shape).sqrt().clamp(max=1)
    x0, y0 = (2 * torch.rand(n) - 1) * (1 - wide), (2 * torch.rand(n) - 1) * (1 - tall)
    mirrored = torch.where(torch.rand(n) < 0.5, -1.0, 1.0)
    transform = torch.zeros(n, 2, 3)
    transform[:, 0, 0], transform[:, 0, 2] = wide * mirrored, x0
    transform[:, 1, 1], transform[:, 1, 2] = tall, y0
    x = F.grid_sample(x, F.affine_grid(transform, x.shape, align_corners=False), "bilinear", "border", False)
    jitter = recipe["jitter"]
    if jitter > 0:
        jittered = torch.rand(n, 1, 1, 1) < 0.8
        brightness, contrast = (torch.empty(n, 1, 1, 1).uniform_(1 - jitter, 1 + jitter) for _ in range(2))

        def contrasted(y):
            centre = y.mean((1, 2, 3), keepdim=True)
            return (centre + contrast * (y - centre)).clamp(0, 1)

        one = contrasted((x * brightness).clamp(0, 1))
        other = (contrasted(x) * brightness).clamp(0, 1)
        x = torch.where(jittered, torch.where(torch.rand(n, 1, 1, 1) < 0.5, one, other), x)
    if recipe["gamma"] > 0:
        x = x ** torch.empty(n, 1, 1, 1).uniform_(-recipe["gamma"], recipe["gamma"]).exp()
    return x


def nt_xent(z):
    z = F.normalize(z, dim=1)
    n = z.shape[0] // 2
    logits = (z @ z.T / recipe["temperature"]).fill_diagonal_(-math.inf)
    return F.cross_entropy(logits, torch.arange(2 * n).roll(n))


def train(pictures, steps):
    encoder = Encoder()
    whole = nn.Sequential(encoder, head(recipe["grid"] ** 2 * recipe["widths"][-1]))
    decays = [p for p in whole.parameters() if p.ndim > 1]
    others = [p for p in whole.parameters() if p.ndim <= 1]
    groups = [{"params": decays, "weight_decay": recipe["weightDecay"]}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups)
    size, peak, warmup = recipe["batchSize"], recipe["learningRate"], min(recipe["warmupSteps"], steps - 1)
    order, at = torch.randperm(len(pictures)), 0
    began = time.perf_counter()
    for step in range(1, steps + 1):
        if at + size > len(pictures):
            order, at = torch.randperm(len(pictures)), 0
        batch = pictures[order[at : at + size]]
        at += size
        down = (1 + math.cos(math.pi * (step - warmup) / (steps - warmup))) / 2
        for group in optimizer.param_groups:
            group["lr"] = peak * (step / warmup if step <= warmup else down)
        loss = nt_xent(whole(torch.cat([view(batch), view(batch)])))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return encoder.eval(), time.perf_counter() - began


@torch.no_grad()
def features(encoder, pictures):
    return torch.cat([encoder(block) for block in pictures.split(1000)])


def probe(x, y, held, right, decay):
    """Multinomial logistic regression on standardised features: cross-entropy + decay/2·‖W‖², by L-BFGS."""
    mean, deviation = x.mean(0), x.std(0, correction=0)
    deviation = torch.where(deviation > 1e-6, deviation, torch.ones_like(deviation))
    x, held = (x - mean) / deviation, (held - mean) / deviation
    w = torch.zeros(x.shape[1], 10, requires_grad=True)
    b = torch.zeros(10, requires_grad=True)
    search = torch.optim.LBFGS([w, b], max_iter=500, tolerance_grad=1e-5, line_search_fn="strong_wolfe")

    def closure():
        search.zero_grad()
        loss = F.cross_entropy(x @ w + b, y) + decay / 2 * w.square().sum()
        loss.backward()
        return loss

    search.step(closure)
    return ((held @ w + b).argmax(1) == right).float().mean().item()


def few(x, y, held, right, draws=10):
    """Ten labels a class, drawn ten times."""
    accuracies = []
    for draw in range(draws):
        chosen = torch.Generator().manual_seed(draw)
        rows = [(y == c).nonzero().squeeze(1) for c in range(10)]
        rows = torch.cat([own[torch.randperm(len(own), generator=chosen)[:10]] for own in rows])
        accuracies.append(probe(x[rows], y[rows], held, right, 1e-2))
    return accuracies


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--steps", type=int, default=2500)
    parser.add_argument("--out", type=pathlib.Path, default=here / "pytorch.json")
    given = parser.parse_args()
    torch.set_num_threads(2)
    (pictures, labels), (test, right) = part(given.folder, "train"), part(given.folder, "t10k")
    kept = {"recipe": recipe, "steps": given.steps, "torch": torch.__version__, "runs": []}
    if given.out.exists():
        kept = json.loads(given.out.read_text())
        assert kept["recipe"] == recipe and kept["steps"] == given.steps, "another recipe: give --out another name"
    for seed in map(int, given.seeds.split(",")):
        if any(run["seed"] == seed for run in kept["runs"]):
            continue
        torch.manual_seed(seed)
        encoder, seconds = train(pictures, given.steps)
        x, held = features(encoder, pictures), features(encoder, test)
        run = {"seed": seed, "seconds": seconds, "all": probe(x, labels, held, right, 1e-4)}
        run |= {"few": few(x, labels, held, right), "dimension": x.shape[1]}
        kept["runs"].append(run)
        given.out.write_text(json.dumps(kept, indent=1) + "\n")
        print(seed, f"{run['all']:.4f}", f"{np.mean(run['few']):.4f}", f"{seconds:.0f} s", flush=True)


main()
