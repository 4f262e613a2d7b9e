/** model.py: a network of ours as a module of PyTorch, made from the list of nodes beside it. */

/** Reads `network.json` and `model.safetensors` in its own folder; nothing of a network's names becomes code. */
export const MODEL_PROGRAM = `"""The model as a module of PyTorch: \`from model import load\`."""

import json
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

HERE = Path(__file__).resolve().parent


def place(root, path, module):
    """Puts a module under a name with dots, as torchvision names its own."""
    *parents, last = path.split(".")
    for name in parents:
        if name not in root._modules:
            root.add_module(name, nn.Module())
        root = root._modules[name]
    # One that holds others may have been made for them.
    for name, child in root._modules.get(last, nn.Module())._modules.items():
        module.add_module(name, child)
    root._modules.pop(last, None)
    root.add_module(last, module)


def build(node, channels):
    """The module of a node with weights; None for any other. \`channels\` are those that it reads."""
    if node["op"] == "conv2d":
        return nn.Conv2d(
            channels,
            node["filters"],
            tuple(node["kernelSize"]),
            tuple(node["strides"]),
            groups=node["groups"],
            bias=node["useBias"],
        )
    if node["op"] == "dense":
        return nn.Linear(channels, node["units"], bias=node["useBias"])
    if node["op"] == "batchNorm":
        norm = nn.BatchNorm2d if node["isMap"] else nn.BatchNorm1d
        return norm(channels, eps=node["epsilon"], momentum=1 - node["momentum"])
    return None


class Model(nn.Module):
    """Takes pixels, [batch, height, width, 3], 0-255. Trainable like any other."""

    def __init__(self, nodes):
        super().__init__()
        self._nodes = nodes
        for node in nodes:
            module = build(node, node["channels"])
            if module is not None:
                place(self, node["module"], module)

    def forward(self, pixels):
        values = {}
        for node in self._nodes:
            inputs = [values[name] for name in node["inputs"]]
            values[node["name"]] = self._run(node, inputs) if inputs else self._enter(node, pixels)
        return values[self._nodes[-1]["name"]]

    def _enter(self, node, pixels):
        value = pixels.float()
        if value.ndim == 4:
            value = value.permute(0, 3, 1, 2)
        if node["preprocessing"]:
            matrix = value.new_tensor(node["preprocessing"]["matrix"]).reshape(3, 3, 1, 1)
            value = F.conv2d(value, matrix, value.new_tensor(node["preprocessing"]["bias"]))
        return value

    def _run(self, node, inputs):
        op = node["op"]
        value = inputs[0]
        if op in ("conv2d", "dense", "batchNorm"):
            module = self.get_submodule(node["module"])
            return module(padded(value, node, 0.0) if op == "conv2d" else value)
        if op == "relu":
            return F.relu(value) if node["maxValue"] is None else value.clamp(0, node["maxValue"])
        if op == "activation":
            return activate(value, node)
        if op == "maxPool":
            return F.max_pool2d(padded(value, node, -torch.inf), node["poolSize"], node["strides"])
        if op == "avgPool":
            mean = F.avg_pool2d(padded(value, node, 0.0), node["poolSize"], node["strides"])
            # Padded places do not count.
            there = padded(torch.ones_like(value[:1, :1]), node, 0.0)
            return mean / F.avg_pool2d(there, node["poolSize"], node["strides"])
        if op == "globalAvgPool":
            return value.mean((2, 3))
        if op == "globalMaxPool":
            return value.amax((2, 3))
        if op == "add":
            return sum(inputs[1:], value)
        if op == "concat":
            return torch.cat(inputs, 1)
        if op == "flatten":
            # The channels of a place lie side by side.
            return value.permute(0, 2, 3, 1).flatten(1) if value.ndim == 4 else value
        if op == "dropout":
            return F.dropout(value, node["rate"], self.training)
        if op == "softmax":
            return F.softmax(value, -1)
        raise ValueError(f"no operation {op}")


def padded(value, node, fill):
    padding = node["padding"]
    sides = (padding["left"], padding["right"], padding["top"], padding["bottom"])
    return F.pad(value, sides, value=fill) if any(sides) else value


def activate(value, node):
    if node["kind"] == "leakyRelu":
        return F.leaky_relu(value, node["slope"])
    return {"sigmoid": torch.sigmoid, "silu": F.silu, "hardSwish": F.hardswish}[node["kind"]](value)


def load(device="cpu"):
    """The model with its weights, ready to answer."""
    model = Model(json.loads((HERE / "network.json").read_text("utf-8")))
    weights = load_file(HERE / "model.safetensors")
    model.load_state_dict({name: value.float() if value.is_floating_point() else value for name, value in weights.items()})
    return model.to(device).eval()
`;
