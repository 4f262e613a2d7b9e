"""What `npm run bench -- scratch --against pytorch` compares with: the same network, pictures and settings in PyTorch.

python scratch.py NETWORK CIFAR_BINARY.tar.gz EPOCHS BATCH LEARNING_RATE SEED TRAINING_PICTURES
Prints one JSON object. PyTorch takes as many threads as it wants.
"""

import json
import sys
import tarfile
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "fixtures"))
from networks import DEVIATION, MEAN, CifarResnet18, PlainCnn  # noqa: E402

RECORD_BYTES = 1 + 3 * 32 * 32
PADDING = 4


def read_pictures(path):
    """Training and test pictures, `[count, 3, 32, 32]` of bytes, with their classes."""
    parts = {"train": [], "test": []}
    with tarfile.open(path) as archive:
        for member in archive:
            name = Path(member.name).name
            if not name.endswith("_batch.bin") and not name.startswith("data_batch"):
                continue
            raw = np.frombuffer(archive.extractfile(member).read(), np.uint8).reshape(-1, RECORD_BYTES)
            parts["test" if name.startswith("test") else "train"].append(raw)
    sets = {}
    for split, raws in parts.items():
        raw = np.concatenate(raws)
        sets[split] = (torch.from_numpy(raw[:, 1:].reshape(-1, 3, 32, 32).copy()), torch.from_numpy(raw[:, 0].astype(np.int64)))
    return sets


def augment(pictures):
    """A crop of 32 out of 40 pixels, mirrored by half a chance; each picture by itself."""
    padded = functional.pad(pictures, (PADDING,) * 4)
    out = torch.empty_like(pictures)
    for i in range(len(pictures)):
        y, x = torch.randint(0, 2 * PADDING + 1, (2,)).tolist()
        crop = padded[i, :, y : y + 32, x : x + 32]
        out[i] = crop.flip(2) if torch.rand(()) < 0.5 else crop
    return out


def initialise(model):
    """As Headstart begins: He normal before a ReLU, Glorot uniform for the layer of classes, no bias. PyTorch's own is smaller."""
    layers = [layer for layer in model.modules() if isinstance(layer, (nn.Conv2d, nn.Linear))]
    for layer in layers:
        if layer is layers[-1]:
            nn.init.xavier_uniform_(layer.weight)
        else:
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)


def main():
    name, path, epochs, batch, rate, seed, count = sys.argv[1:]
    torch.manual_seed(int(seed))
    is_plain = name == "plain-cnn"
    model = PlainCnn() if is_plain else CifarResnet18()
    initialise(model)
    sets = read_pictures(path)

    def prepare(pictures):
        # The plain network takes mean and deviation off again.
        return (pictures.float() / 255 - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(DEVIATION).view(3, 1, 1)

    pictures, classes = sets["train"]
    # The app keeps some aside, to check the run on its way.
    training = torch.randperm(len(pictures))[: int(count)]
    optimiser = torch.optim.Adam(model.parameters(), lr=float(rate))
    losses = []
    started = time.perf_counter()
    for _ in range(int(epochs)):
        model.train()
        total = 0.0
        shuffled = training[torch.randperm(len(training))]
        for rows in shuffled.split(int(batch)):
            some = pictures[rows] if is_plain else augment(pictures[rows])
            loss = functional.cross_entropy(model(prepare(some)), classes[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += loss.item() * len(rows)
        losses.append(total / len(training))
    seconds = (time.perf_counter() - started) / int(epochs)
    model.eval()
    with torch.no_grad():
        answers = torch.cat([model(prepare(some)).argmax(1) for some in sets["test"][0].split(100)])
    accuracy = (answers == sets["test"][1]).float().mean().item()
    print(json.dumps({"secondsPerEpoch": seconds, "losses": losses, "testAccuracy": accuracy}))


main()
