"""PyTorch on the CPU. Takes the same JSON job as the other peers (see job.mjs) and prints one JSON line."""

import json
import os
import sys
import time

job = json.loads(sys.argv[1])
# Both pools read these when torch loads them; torch.set_num_threads reaches OpenMP only.
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = str(job["threads"])

import torch

from pytorch_networks import network

torch.set_num_threads(job["threads"])
torch.manual_seed(1)

RATE = 1e-3

# What torch calls the rules that a job may name.
OPTIMIZERS = {
    "sgd": lambda p, **o: torch.optim.SGD(p, lr=RATE, **o),
    "momentum": lambda p, **o: torch.optim.SGD(p, lr=RATE, momentum=0.9, **o),
    "nesterov": lambda p, **o: torch.optim.SGD(p, lr=RATE, momentum=0.9, nesterov=True, **o),
    "adagrad": lambda p, **o: torch.optim.Adagrad(p, lr=RATE, **o),
    "rmsprop": lambda p, **o: torch.optim.RMSprop(p, lr=RATE, **o),
    "rmspropMomentum": lambda p, **o: torch.optim.RMSprop(p, lr=RATE, momentum=0.9, **o),
    "adadelta": lambda p, **o: torch.optim.Adadelta(p, lr=RATE, **o),
    "adam": lambda p, **o: torch.optim.Adam(p, lr=RATE, **o),
    "adamw": lambda p, **o: torch.optim.AdamW(p, lr=RATE, **o),
    "amsgrad": lambda p, **o: torch.optim.Adam(p, lr=RATE, amsgrad=True, **o),
    "adamax": lambda p, **o: torch.optim.Adamax(p, lr=RATE, **o),
    "nadam": lambda p, **o: torch.optim.NAdam(p, lr=RATE, **o),
    "radam": lambda p, **o: torch.optim.RAdam(p, lr=RATE, **o),
    "asgd": lambda p, **o: torch.optim.ASGD(p, lr=RATE, **o),
    "rprop": lambda p, **o: torch.optim.Rprop(p, lr=RATE, **o),
}


def timed(step):
    """Median and least time of a step in ms, the losses it returned, and the processor cores it kept busy."""
    for _ in range(job["warmup"]):
        step()
    times, losses = [], []
    cpu, start = time.process_time(), time.perf_counter()
    while len(times) < job["steps"] and (len(times) < 3 or time.perf_counter() - start < job["seconds"]):
        before = time.perf_counter()
        losses.append(step())
        times.append((time.perf_counter() - before) * 1e3)
    cores = (time.process_time() - cpu) / (time.perf_counter() - start)
    times.sort()
    middle = len(times) // 2
    median = times[middle] if len(times) % 2 else (times[middle - 1] + times[middle]) / 2
    return {
        "stepMs": round(median, 4),
        "minMs": round(times[0], 4),
        "steps": len(times),
        "loss": [losses[0], losses[-1]],
        "cores": round(cores, 2),
    }


def mlp():
    layers, batch = job["layers"], job["batch"]
    modules = []
    for fan_in, fan_out in zip(layers, layers[1:]):
        linear = torch.nn.Linear(fan_in, fan_out)
        torch.nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
        torch.nn.init.zeros_(linear.bias)
        modules += [linear, torch.nn.ReLU()]
    net = torch.nn.Sequential(*modules[:-1])
    x = torch.randn(batch, layers[0])
    labels = torch.randint(0, layers[-1], (batch,))
    rule = OPTIMIZERS[job["optimizer"]](net.parameters(), foreach=True)

    def step():
        rule.zero_grad(set_to_none=True)
        loss = torch.nn.functional.cross_entropy(net(x), labels)
        loss.backward()
        rule.step()
        return loss.item()

    return timed(step)


def cnn():
    """Each network in both memory formats; the quicker one counts."""
    rows = []
    for name, batch in job["networks"]:
        formats = {}
        for label, memory_format in (("nchw", torch.contiguous_format), ("channels last", torch.channels_last)):
            net, x, labels = network(name, batch, memory_format)
            rule = OPTIMIZERS["momentum"](net.parameters(), foreach=True)

            def step():
                rule.zero_grad(set_to_none=True)
                loss = torch.nn.functional.cross_entropy(net(x), labels)
                loss.backward()
                rule.step()
                return loss.item()

            formats[label] = timed(step)
        best = min(formats, key=lambda label: formats[label]["stepMs"])
        rows.append({"network": name, "format": best, **formats[best]})
    return {"rows": rows}


def update():
    """The update alone, with foreach and with the plain loop over tensors, on one flat array of parameters."""
    rows = []
    for name in job["optimizers"]:
        if name not in OPTIMIZERS:
            rows.append({"rule": name, "skipped": "not in torch.optim"})
            continue
        row = {"rule": name}
        for foreach in (True, False):
            theta = torch.nn.Parameter(torch.randn(job["parameters"]))
            theta.grad = torch.randn(job["parameters"]) * 1e-2
            times = timed(OPTIMIZERS[name]([theta], foreach=foreach).step)
            if foreach:
                row.update({key: times[key] for key in ("stepMs", "minMs", "steps")})
            else:
                row["loopMs"] = times["stepMs"]
        rows.append(row)
    return {"rows": rows}


def blas():
    """The BLAS libraries that this process has loaded, by which the speed of its products differs twentyfold."""
    with open("/proc/self/maps", encoding="utf8") as maps:
        paths = {line.split()[-1] for line in maps if "blas" in line}
    known = ("openblas-openmp", "openblas-pthread", "blis")
    loaded = [name for name in known if any(name in path for path in paths)]
    # The wheels of PyPI hold MKL inside torch's own library.
    own = "mkl" if torch.backends.mkl.is_available() else "own blas"
    return "+".join(loaded) or ("reference blas" if any("libblas" in path for path in paths) else own)


result = {"mlp": mlp, "cnn": cnn, "update": update}[job["task"]]()
variant = blas() if sys.platform == "linux" else "unknown"
header = {"name": "pytorch", "version": torch.__version__, "variant": variant, "threads": torch.get_num_threads()}
print(json.dumps({**header, **result}))
