"""Reference numbers of normalisation layers from PyTorch. Run with a Python that has it: python3 make.py"""
import json
import pathlib
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def numbers(tensor):
    return tensor.detach().flatten().tolist()


def case(module, shapes, name):
    """Outputs and gradients of sum(sin(k)·y) on several inputs, one after another; running statistics at the end."""
    for parameter in module.parameters():
        torch.nn.init.normal_(parameter, 0.5, 1.0)
    parameters = {key: numbers(value) for key, value in module.named_parameters()}
    steps = []
    for shape in shapes:
        x = (torch.randn(shape) * 2 + 1).requires_grad_()
        y = module(x)
        weights = torch.sin(torch.arange(y.numel(), dtype=torch.float64)).reshape(y.shape)
        grads = torch.autograd.grad((y * weights).sum(), [x, *module.parameters()])
        steps.append({
            "shape": list(shape), "x": numbers(x), "y": numbers(y), "dx": numbers(grads[0]),
            "gradients": {key: numbers(g) for (key, _), g in zip(module.named_parameters(), grads[1:])},
        })
    states = {key: numbers(value) for key, value in module.named_buffers() if key != "num_batches_tracked"}
    module.eval()
    return {"name": name, "parameters": parameters, "steps": steps, "states": states,
            "inference": numbers(module(torch.tensor(steps[0]["x"]).reshape(steps[0]["shape"])))}


class RmsNorm(torch.nn.Module):
    def __init__(self, size, eps):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


cases = [
    case(torch.nn.BatchNorm1d(3, momentum=0.1, eps=1e-5), [(5, 3), (5, 3), (2, 3)], "batchNorm"),
    case(torch.nn.BatchNorm2d(3, momentum=0.3, eps=1e-3), [(4, 3, 2, 2), (1, 3, 2, 2)], "batchNorm of images"),
    case(torch.nn.LayerNorm(4, eps=1e-5), [(3, 4)], "layerNorm"),
    case(RmsNorm(4, 1e-5), [(3, 4)], "rmsNorm"),
]
path = pathlib.Path(__file__).parent / "torch.json"
path.write_text(json.dumps({"torch": torch.__version__, "cases": cases}) + "\n")
