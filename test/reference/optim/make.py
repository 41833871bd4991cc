"""Writes the numbers that test/optim compares update rules and schedules with.

Every trajectory starts at the same parameters and sees the same 30 gradients (problem.json), in float64; kept are the
parameters after the steps in KEPT. Each source is an implementation that has nothing to do with Steepest.

    python make.py problem                # the parameters and gradients; needs numpy
    python make.py torch                  # PyTorch
    python make.py optax onnx numpy       # pip install optax onnx
"""

import json
import pathlib
import sys

import numpy as np

SEED = 8
STEPS = 30
KEPT = [1, 2, 3, 5, 8, 13, 21, 30]
SHAPES = [[3, 4], [5]]
HERE = pathlib.Path(__file__).parent


def write(name, versions, content):
    def rounded(x):
        if isinstance(x, dict):
            return {key: rounded(value) for key, value in x.items()}
        if isinstance(x, (list, tuple)):
            return [rounded(value) for value in x]
        return float(f"{x:.12g}") if isinstance(x, float) else x

    head = {"versions": {"python": sys.version.split()[0], **versions}, "seed": SEED}
    text = json.dumps({**head, **rounded(content)}, separators=(",", ":"))
    (HERE / f"{name}.json").write_text(text.replace('],"', '],\n"').replace('},"', '},\n"') + "\n")


def problem():
    """Gradients of a quadratic plus quartic along a path of gradient descent, with noise; one element never has any."""
    random = np.random.Generator(np.random.PCG64(SEED))
    parameters = []
    for shape in SHAPES:
        theta = random.normal(size=shape)
        start = theta.copy()
        curvature, centre = random.uniform(0.1, 3, size=shape), random.normal(size=shape)
        gradients = []
        for _ in range(STEPS):
            g = curvature * (theta - centre) + 0.1 * theta**3 + 0.3 * random.normal(size=shape)
            g.flat[-1] = 0.0
            gradients.append(g.ravel().tolist())
            theta = theta - 0.1 * g
        parameters.append({"shape": shape, "start": start.ravel().tolist(), "gradients": gradients})
    write("problem", {"numpy": np.__version__}, {"kept": KEPT, "steps": STEPS, "parameters": parameters})


def load():
    for parameter in json.loads((HERE / "problem.json").read_text())["parameters"]:
        shape = parameter["shape"]
        yield (
            np.array(parameter["start"]).reshape(shape),
            [np.array(g).reshape(shape) for g in parameter["gradients"]],
        )


def trajectories(follow):
    """follow(theta, gradients) yields theta after each step; kept for each parameter of the problem."""
    kept = []
    for theta, gradients in load():
        path = [np.asarray(x, dtype=np.float64).ravel().tolist() for x in follow(theta, gradients)]
        kept.append([path[step - 1] for step in KEPT])
    return kept


def torch_numbers():
    import torch
    from torch.optim import lr_scheduler, swa_utils

    def run(make, average=None):
        def follow(start, gradients):
            holder = torch.nn.ParameterList([torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))])
            theta = holder[0]
            optimizer = make([theta])
            averaged = average and average(holder)
            for g in gradients:
                theta.grad = torch.tensor(g, dtype=torch.float64)
                optimizer.step()
                if averaged:
                    averaged.update_parameters(holder)
                yield (averaged.module[0] if averaged else theta).detach().numpy().copy()

        return trajectories(follow)

    o = torch.optim
    rules = {
        "gradientDescent": run(lambda p: o.SGD(p, lr=0.1)),
        "gradientDescent l2": run(lambda p: o.SGD(p, lr=0.1, weight_decay=0.06)),
        "momentum": run(lambda p: o.SGD(p, lr=0.05, momentum=0.8)),
        "nesterov": run(lambda p: o.SGD(p, lr=0.05, momentum=0.8, nesterov=True)),
        "adagrad outside": run(lambda p: o.Adagrad(p, lr=0.3, eps=1e-3)),
        "adagrad accumulator": run(lambda p: o.Adagrad(p, lr=0.3, eps=1e-3, initial_accumulator_value=0.2)),
        "rmsProp outside": run(lambda p: o.RMSprop(p, lr=0.03, alpha=0.8, eps=1e-3)),
        "rmsProp centered": run(lambda p: o.RMSprop(p, lr=0.03, alpha=0.8, eps=1e-3, centered=True)),
        "rmsProp momentum": run(lambda p: o.RMSprop(p, lr=0.03, alpha=0.8, eps=1e-3, momentum=0.7)),
        "rmsProp centered momentum": run(
            lambda p: o.RMSprop(p, lr=0.03, alpha=0.8, eps=1e-3, momentum=0.7, centered=True)
        ),
        "adam": run(lambda p: o.Adam(p, lr=0.05, betas=(0.8, 0.95), eps=1e-3)),
        "adam l2": run(lambda p: o.Adam(p, lr=0.05, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.06)),
        "adam defaults": run(lambda p: o.Adam(p)),
        "adamW": run(lambda p: o.AdamW(p, lr=0.05, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1)),
        "adamW defaults": run(lambda p: o.AdamW(p)),
        "amsGrad": run(lambda p: o.Adam(p, lr=0.05, betas=(0.8, 0.7), eps=1e-3, amsgrad=True)),
        "adaMax": run(lambda p: o.Adamax(p, lr=0.05, betas=(0.8, 0.7), eps=1e-3)),
        # Version 1.13 multiplies by mu twice unless told to update all tensors at once; later ones do not.
        "nAdam": run(
            lambda p: o.NAdam(p, lr=0.05, betas=(0.8, 0.95), eps=1e-3, momentum_decay=0.1, foreach=True)
        ),
        "nAdam defaults": run(lambda p: o.NAdam(p, foreach=True)),
        "adadelta": run(lambda p: o.Adadelta(p, lr=0.7, rho=0.8, eps=1e-3)),
        "polyakAverage": run(lambda p: o.SGD(p, lr=0.1), swa_utils.AveragedModel),
    }

    def rates(make, steps=STEPS):
        theta = torch.nn.Parameter(torch.zeros(1))
        optimizer = o.SGD([theta], lr=0.5)
        scheduler = make(optimizer)
        values = []
        for _ in range(steps):
            values.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        return values

    s = lr_scheduler
    schedules = {
        "stepDecay": rates(lambda x: s.StepLR(x, 7, 0.3)),
        "exponentialDecay": rates(lambda x: s.ExponentialLR(x, 0.9)),
        "cosineDecay": rates(lambda x: s.CosineAnnealingLR(x, STEPS, eta_min=0.05)),
        "linearDecay": rates(lambda x: s.LinearLR(x, 1, 0.2, total_iters=20)),
        "oneCycle": rates(lambda x: s.OneCycleLR(x, 0.5, total_steps=STEPS), STEPS - 1),
        "restart": rates(lambda x: s.CosineAnnealingWarmRestarts(x, 8, eta_min=0.05)),
        "sequence": rates(
            lambda x: s.SequentialLR(x, [s.ConstantLR(x, 1.0, 100), s.ExponentialLR(x, 0.9)], [11])
        ),
        "warmup": rates(
            lambda x: s.SequentialLR(
                x,
                [s.LinearLR(x, 1 / 6, 1.0, total_iters=5), s.CosineAnnealingLR(x, STEPS - 5)],
                [5],
            )
        ),
    }
    versions = {"torch": torch.__version__, "numpy": np.__version__}
    write("torch", versions, {"rules": rules})
    write("schedules", versions, {"schedules": schedules})


def optax_numbers():
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp
    import optax

    def run(make, read=lambda theta, state: theta):
        def follow(start, gradients):
            transform = make()
            theta = jnp.array(start)
            state = transform.init(theta)
            for g in gradients:
                updates, state = transform.update(jnp.array(g), state, theta)
                theta = optax.apply_updates(theta, updates)
                yield np.asarray(read(theta, state))

        return trajectories(follow)

    def matrices(make):
        """Muon's numbers for the matrix only: optax gives other shapes to an Adam of its own."""
        return run(make)[:1]

    def lookahead():
        def follow(start, gradients):
            transform = optax.lookahead(optax.sgd(0.1), sync_period=4, slow_step_size=0.3)
            params = optax.LookaheadParams.init_synced(jnp.array(start))
            state = transform.init(params)
            for g in gradients:
                updates, state = transform.update(jnp.array(g), state, params)
                params = optax.apply_updates(params, updates)
                yield np.asarray(params.fast)

        return trajectories(follow)

    b = {"b1": 0.8, "b2": 0.95}
    rules = {
        "momentum": run(lambda: optax.sgd(0.05, momentum=0.8)),
        "nesterov": run(lambda: optax.sgd(0.05, momentum=0.8, nesterov=True)),
        "adagrad inside": run(lambda: optax.adagrad(0.3, initial_accumulator_value=0.2, eps=1e-2)),
        "rmsProp inside": run(lambda: optax.rmsprop(0.03, decay=0.8, eps=1e-2)),
        "rmsProp outside": run(lambda: optax.rmsprop(0.03, decay=0.8, eps=1e-2, eps_in_sqrt=False)),
        "rmsProp inside centered": run(lambda: optax.rmsprop(0.03, decay=0.8, eps=1e-2, centered=True)),
        "rmsProp inside momentum": run(lambda: optax.rmsprop(0.03, decay=0.8, eps=1e-2, momentum=0.7)),
        "adam": run(lambda: optax.adam(0.05, **b, eps=1e-3)),
        "adamW": run(lambda: optax.adamw(0.05, **b, eps=1e-3, weight_decay=0.1)),
        "adaMax": run(lambda: optax.adamax(0.05, b1=0.8, b2=0.7, eps=1e-3)),
        "nAdam": run(lambda: optax.nadam(0.05, **b, eps=1e-3)),
        "lion": run(lambda: optax.lion(0.02, b1=0.8, b2=0.95, weight_decay=0.1)),
        "lion defaults": run(lambda: optax.lion(1e-4, weight_decay=0)),
        "adadelta": run(lambda: optax.adadelta(0.7, rho=0.8, eps=1e-3)),
        "lars": run(lambda: optax.lars(2.0, trust_coefficient=0.01, momentum=0.8)),
        "lamb": run(lambda: optax.lamb(0.05, **b, eps=1e-3, weight_decay=0.1)),
        "muon": matrices(lambda: optax.contrib.muon(0.02, beta=0.9, eps=1e-7, nesterov=False)),
        "muon weightDecay": matrices(
            lambda: optax.contrib.muon(0.02, beta=0.9, eps=1e-7, nesterov=False, weight_decay=0.1)
        ),
        "clipByValue": run(lambda: optax.chain(optax.clip(0.5), optax.sgd(0.1))),
        "lookahead": lookahead(),
    }
    versions = {"optax": optax.__version__, "jax": jax.__version__, "numpy": np.__version__}
    write("optax", versions, {"rules": rules})


def onnx_numbers():
    """The operator definitions of ai.onnx.preview.training, by the reference evaluator of the onnx package."""
    import onnx
    from onnx import TensorProto, helper
    from onnx.reference import ReferenceEvaluator

    domain = "ai.onnx.preview.training"

    def run(operator, states, attributes):
        def follow(theta, gradients):
            memory = [np.zeros_like(theta) for _ in range(states)]
            # T starts at 1: at T = 0 the definition of Adam leaves the bias correction out.
            for t, g in enumerate(gradients, start=1):
                names = ["R", "T", "X", "G"] + [f"S{i}" for i in range(states)]
                outputs = ["X_new"] + [f"S{i}_new" for i in range(states)]
                node = helper.make_node(operator, names, outputs, domain=domain, **attributes(t))

                def info(name):
                    integer, scalar = name == "T", name in "RT"
                    kind = TensorProto.INT64 if integer else TensorProto.DOUBLE
                    return helper.make_tensor_value_info(name, kind, [] if scalar else theta.shape)

                graph = helper.make_graph([node], "step", [info(n) for n in names], [info(n) for n in outputs])
                model = helper.make_model(graph, opset_imports=[helper.make_opsetid(domain, 1)])
                feeds = dict(zip(names, [np.float64(0.05), np.int64(t), theta, g, *memory]))
                theta, *memory = ReferenceEvaluator(model).run(None, feeds)
                yield theta

        return trajectories(follow)

    adam = {"alpha": 0.8, "beta": 0.95}
    rules = {
        "Momentum standard": run(
            "Momentum", 1, lambda t: {"alpha": 0.8, "beta": 1.0, "mode": "standard", "norm_coefficient": 0.06}
        ),
        "Momentum nesterov": run(
            "Momentum", 1, lambda t: {"alpha": 0.8, "beta": 1.0, "mode": "nesterov", "norm_coefficient": 0.06}
        ),
        "Adagrad": run("Adagrad", 1, lambda t: {"epsilon": 1e-3, "decay_factor": 0.1, "norm_coefficient": 0.06}),
        # Its epsilon joins the root before the bias correction, which the factor undoes.
        "Adam": run("Adam", 2, lambda t: {**adam, "epsilon": 1e-3 * (1 - 0.95**t) ** 0.5}),
    }
    write("onnx", {"onnx": onnx.__version__, "numpy": np.__version__}, {"rules": rules})


def numpy_numbers():
    """Formulas of the lecture and of papers that no library at hand has in this form."""

    def gradient_descent(theta, gradients):
        for g in gradients:
            theta = theta - 0.1 * g
            yield theta

    def adagrad(theta, gradients):
        history = []
        for g in gradients:
            history.append(g**2)
            theta = theta - 0.3 / np.sqrt(np.sum(history, axis=0) + 1e-2) * g
            yield theta

    def rms_prop(theta, gradients):
        for t in range(1, len(gradients) + 1):
            s = sum(0.2 * 0.8 ** (t - i) * gradients[i - 1] ** 2 for i in range(1, t + 1))
            theta = theta - 0.03 / np.sqrt(s + 1e-2) * gradients[t - 1]
            yield theta

    def momentum(theta, gradients):
        for t in range(1, len(gradients) + 1):
            theta = theta - 0.05 * sum(0.8 ** (t - i) * gradients[i - 1] for i in range(1, t + 1))
            yield theta

    def adam_slide(theta, gradients):
        for t in range(1, len(gradients) + 1):
            m = sum(0.2 * 0.8 ** (t - i) * gradients[i - 1] for i in range(1, t + 1))
            s = sum(0.05 * 0.95 ** (t - i) * gradients[i - 1] ** 2 for i in range(1, t + 1))
            theta = theta - 0.05 / (np.sqrt(s) + 1e-3) * m
            yield theta

    def ams_grad_paper(theta, gradients):
        m = s = v = np.zeros_like(theta)
        for g in gradients:
            m, s = 0.8 * m + 0.2 * g, 0.7 * s + 0.3 * g * g
            v = np.maximum(v, s)
            theta = theta - 0.05 * m / (np.sqrt(v) + 1e-3)
            yield theta

    def lars_paper(theta, gradients):
        v = np.zeros_like(theta)
        for g in gradients:
            w, slope = np.linalg.norm(theta), np.linalg.norm(g)
            v = 0.8 * v + 2.0 * (0.01 * w / (slope + 0.1 * w)) * (g + 0.1 * theta)
            theta = theta - v
            yield theta

    def muon_published(theta, gradients):
        """Jordan's algorithm for weights [outputs, inputs]; the problem's are [inputs, outputs]."""
        theta, buffer = theta.T, np.zeros_like(theta.T)
        for g in gradients:
            buffer = buffer + (1 - 0.9) * (g.T - buffer)
            x = g.T + 0.9 * (buffer - g.T)
            wide = x.shape[0] <= x.shape[1]
            x = x if wide else x.T
            x = x / (np.linalg.norm(x) + 1e-7)
            for _ in range(5):
                y = x @ x.T
                x = 3.4445 * x + (-4.7750 * y + 2.0315 * y @ y) @ x
            x = x if wide else x.T
            theta = theta - 0.02 * max(1, theta.shape[0] / theta.shape[1]) ** 0.5 * x
            yield theta.T

    def proximal(l1, l2):
        """argmin over x of ‖x - v‖² / (2·eta) + l1·|x| + l2·x², found by trying the smooth pieces and the kink."""

        def follow(theta, gradients):
            eta = 0.1
            for g in gradients:
                v = theta - eta * g
                value = lambda x: (x - v) ** 2 / (2 * eta) + l1 * np.abs(x) + l2 * x**2
                right = np.maximum((v - eta * l1) / (1 + 2 * eta * l2), 0)
                left = np.minimum((v + eta * l1) / (1 + 2 * eta * l2), 0)
                candidates = np.stack([np.zeros_like(v), right, left])
                best = np.argmin(np.stack([value(x) for x in candidates]), axis=0)
                theta = np.take_along_axis(candidates, best[None], axis=0)[0]
                yield theta

        return follow

    def subgradient(theta, gradients):
        for g in gradients:
            theta = theta - 0.1 * (g + 0.2 * np.sign(theta))
            yield theta

    def ema(theta, gradients):
        iterates = [theta, *gradient_descent(theta, gradients)]
        for t in range(1, len(iterates)):
            yield 0.9 ** (t - 1) * iterates[1] + sum(0.1 * 0.9 ** (t - i) * iterates[i] for i in range(2, t + 1))

    def late_average(theta, gradients):
        iterates = list(gradient_descent(theta, gradients))
        for t in range(1, len(iterates) + 1):
            yield np.mean(iterates[10:t], axis=0) if t > 10 else iterates[t - 1]

    rules = {
        "gradientDescent": gradient_descent,
        "momentum": momentum,
        "adagrad": adagrad,
        "rmsProp": rms_prop,
        "adam slide": adam_slide,
        "amsGrad paper": ams_grad_paper,
        "lars paper": lars_paper,
        "l1": proximal(0.4, 0),
        "l1l2": proximal(0.4, 0.3),
        "l1Subgradient": subgradient,
        "ema": ema,
        "polyakAverage late": late_average,
    }
    numbers = {name: trajectories(follow) for name, follow in rules.items()}
    matrix = [parameter for parameter in load() if parameter[0].ndim == 2][0]
    path = list(muon_published(*matrix))
    numbers["muon nesterov"] = [[path[step - 1].ravel().tolist() for step in KEPT]]
    write("numpy", {"numpy": np.__version__}, {"rules": numbers})


SOURCES = {
    "problem": problem,
    "torch": torch_numbers,
    "optax": optax_numbers,
    "onnx": onnx_numbers,
    "numpy": numpy_numbers,
}

if __name__ == "__main__":
    for source in sys.argv[1:]:
        SOURCES[source]()
