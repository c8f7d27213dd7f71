"""PyTorch on the CPU, if this machine has it: python3 pytorch.py THREADS. One request a line, one answer a line."""

import json
import resource
import statistics
import sys
import time

try:
    import torch
    import torch.nn.functional as F
except ImportError as error:
    print(json.dumps({"missing": str(error)}), flush=True)
    sys.exit(0)

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(1)


def gemm(m, k, n, transpose_a, transpose_b):
    a = torch.randn(*((k, m) if transpose_a else (m, k)))
    b = torch.randn(*((n, k) if transpose_b else (k, n)))
    return lambda: (a.T if transpose_a else a) @ (b.T if transpose_b else b)


def convolution(part):
    x, w = torch.randn(64, 16, 32, 32), torch.randn(32, 16, 3, 3)
    if part == "forward":
        return lambda: F.conv2d(x, w, padding=1)
    dy = torch.randn(64, 32, 32, 32)
    mask = [part == "input gradient", part == "filter gradient", False]
    backward = torch.ops.aten.convolution_backward
    return lambda: backward(dy, x, w, None, [1, 1], [1, 1], [1, 1], False, [0, 0], 1, mask)


def clip(n, d):
    image, text = (torch.randn(n, d, requires_grad=True) for _ in range(2))
    labels = torch.arange(n)

    def step():
        image.grad = text.grad = None
        logits = F.normalize(image) @ F.normalize(text).T / 0.07
        ((F.cross_entropy(logits, labels) + F.cross_entropy(logits.T, labels)) / 2).backward()

    return step


def nceStep(rows):
    silu = torch.nn.SiLU
    linear = torch.nn.Linear
    net = torch.nn.Sequential(linear(2, 128), silu(), linear(128, 128), silu(), linear(128, 1))
    log_partition = torch.nn.Parameter(torch.zeros(()))
    optimizer = torch.optim.Adam([*net.parameters(), log_partition], 1e-3)
    noise = torch.distributions.Normal(torch.zeros(2), 2 * torch.ones(2), validate_args=False)

    def ratio(x):
        return -net(x)[:, 0] - log_partition - noise.log_prob(x).sum(1)

    def step():
        x, y = torch.randn(rows, 2), noise.sample((rows,))
        loss = F.softplus(-ratio(x)).mean() + F.softplus(ratio(y)).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def simclrStep(rows):
    sizes = [1, 32, 64, 128]
    layers = []
    for i in range(3):
        layers += [torch.nn.Conv2d(sizes[i], sizes[i + 1], 3, 2, 1, bias=False)]
        layers += [torch.nn.BatchNorm2d(sizes[i + 1]), torch.nn.ReLU()]
    body, head = torch.nn.Sequential(*layers), torch.nn.Linear(128, 64, bias=False)
    optimizer = torch.optim.Adam([*body.parameters(), *head.parameters()], 1e-3)
    views = torch.randn(2 * rows, 1, 28, 28)
    partner = torch.arange(2 * rows).roll(rows)

    def step():
        z = F.normalize(head(body(views).mean((2, 3))))
        logits = z @ z.T / 0.5
        logits.fill_diagonal_(float("-inf"))
        loss = F.cross_entropy(logits, partner)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


makers = {f.__name__: f for f in (gemm, convolution, clip, nceStep, simclrStep)}


def measure(step, milliseconds):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    step()
    if milliseconds > 0:
        step()
    times = []
    end = time.perf_counter() + milliseconds / 1000
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        step()
        times.append(1000 * (time.perf_counter() - start))
    growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {"milliseconds": statistics.median(times), "growth": 1024 * growth}


print(json.dumps({"name": f"PyTorch {torch.__version__}, threads: {torch.get_num_threads()}"}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    try:
        step = makers[request["maker"]](*request["args"])
        answer = measure(step, request["milliseconds"])
    except Exception as error:  # one case that fails must not end the others
        answer = {"problem": str(error).splitlines()[0]}
    print(json.dumps(answer), flush=True)
