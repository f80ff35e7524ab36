"""Makes trajectories.json: update rules on the digits, in double precision, from one start and with the same batches.

    pip install numpy scikit-learn torch keras && python3 trajectories.py > trajectories.json

The network is 64-256-128-10 with relu, the loss the mean cross-entropy. Weights begin uniform in +-sqrt(6/(inputs +
outputs)), drawn row by row and layer by layer from SplitMix64 with seed 42; biases with 0. The examples are scikit-learn's
digits over 16, those whose number is not 4 modulo 5, 32 at a time in the order of the file: 45 steps an epoch, the last
with 30. Each rule is written out as its source states it, and compared with the library's own optimizer.

For every rule: the losses before each of the first 90 updates; sum and norm of every parameter after them; loss and
accuracy on the other examples after 10 epochs; how far the library is away at most.
"""

import json
import math
import os
import sys

os.environ["KERAS_BACKEND"] = "torch"
import keras
import numpy as np
import torch
from sklearn.datasets import load_digits

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
keras.backend.set_floatx("float64")

digits = load_digits()
held = np.arange(len(digits.data)) % 5 == 4
x, y = torch.tensor(digits.data[~held] / 16), torch.tensor(digits.target[~held])
x_held, y_held = torch.tensor(digits.data[held] / 16), torch.tensor(digits.target[held])


def uniform(seed):
    """SplitMix64's numbers between 0 and 1."""
    mask = (1 << 64) - 1
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) & mask
        z = ((seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        yield ((z ^ (z >> 31)) >> 11) * 2.0**-53


def start():
    numbers, parameters = uniform(42), []
    for i, o in [(64, 256), (256, 128), (128, 10)]:
        limit = math.sqrt(6 / (i + o))
        parameters += [torch.tensor([[(2 * next(numbers) - 1) * limit for _ in range(o)] for _ in range(i)]), torch.zeros(o)]
    return parameters


def network(p, x):
    return torch.relu(torch.relu(x @ p[0] + p[1]) @ p[2] + p[3]) @ p[4] + p[5]


loss = torch.nn.functional.cross_entropy

# A rule takes a parameter, its gradient, what it keeps of the parameter, and the number of the step.


def keras_sgd(rate, momentum=0, nesterov=False):
    def rule(w, g, s, t):
        s["m"] = momentum * s.get("m", 0) - rate * g
        return w + (momentum * s["m"] - rate * g if nesterov else s["m"])
    return rule


def seed_momentum(eta, gamma):
    def rule(w, g, s, t):
        s["phi"] = eta * g + gamma * s.get("phi", 0)
        return w - s["phi"]
    return rule


def torch_sgd(rate, momentum, nesterov=False):
    def rule(w, g, s, t):
        s["b"] = momentum * s["b"] + g if "b" in s else g
        return w - rate * (g + momentum * s["b"] if nesterov else s["b"])
    return rule


def adagrad(rate, start, eps, inside):
    def rule(w, g, s, t):
        s["a"] = s.get("a", start) + g * g
        return w - rate * g / (torch.sqrt(s["a"] + eps) if inside else torch.sqrt(s["a"]) + eps)
    return rule


def rmsprop(rate, rho, eps, inside):
    def rule(w, g, s, t):
        s["v"] = rho * s.get("v", 0) + (1 - rho) * g * g
        return w - rate * g / (torch.sqrt(s["v"] + eps) if inside else torch.sqrt(s["v"]) + eps)
    return rule


def adam(eps, corrected_first, decay=0, rate=0.001, b1=0.9, b2=0.999):
    def rule(w, g, s, t):
        s["m"] = b1 * s.get("m", 0) + (1 - b1) * g
        s["v"] = b2 * s.get("v", 0) + (1 - b2) * g * g
        w, c1, c2 = w - rate * decay * w, 1 - b1**t, math.sqrt(1 - b2**t)
        if corrected_first:
            return w - rate / c1 * s["m"] / (torch.sqrt(s["v"]) / c2 + eps)
        return w - rate * c2 / c1 * s["m"] / (torch.sqrt(s["v"]) + eps)
    return rule


K, T = keras.optimizers, torch.optim
RULES = {
    "keras SGD(0.1)": (keras_sgd(0.1), lambda: K.SGD(0.1)),
    "keras SGD(0.01)": (keras_sgd(0.01), lambda: K.SGD(0.01)),
    "keras SGD(0.01, momentum=.9)": (keras_sgd(0.01, 0.9), lambda: K.SGD(0.01, momentum=0.9)),
    "keras SGD(0.01, momentum=.9, nesterov)": (keras_sgd(0.01, 0.9, True), lambda: K.SGD(0.01, momentum=0.9, nesterov=True)),
    "seed Momentum(eta=.01,gamma=.9)": (seed_momentum(0.01, 0.9), None),
    "torch SGD(0.01, momentum=.9)": (torch_sgd(0.01, 0.9), lambda p: T.SGD(p, 0.01, momentum=0.9)),
    "torch SGD(0.01, momentum=.9, nesterov)": (torch_sgd(0.01, 0.9, True), lambda p: T.SGD(p, 0.01, momentum=0.9, nesterov=True)),
    "keras Adagrad(0.001, acc0=.1, eps=1e-7 inside sqrt)": (adagrad(0.001, 0.1, 1e-7, True), lambda: K.Adagrad()),
    "torch Adagrad(0.01, acc0=0, eps=1e-10 outside)": (adagrad(0.01, 0, 1e-10, False), lambda p: T.Adagrad(p)),
    "keras RMSprop(0.001, rho=.9, eps=1e-7 inside sqrt)": (rmsprop(0.001, 0.9, 1e-7, True), lambda: K.RMSprop()),
    "torch RMSprop(0.01, alpha=.99, eps=1e-8 outside)": (rmsprop(0.01, 0.99, 1e-8, False), lambda p: T.RMSprop(p)),
    "keras Adam(0.001, eps=1e-7)": (adam(1e-7, False), lambda: K.Adam()),
    "torch Adam(0.001, eps=1e-8)": (adam(1e-8, True), lambda p: T.Adam(p)),
    "keras AdamW(0.001, wd=.004)": (adam(1e-7, False, 0.004), lambda: K.AdamW()),
    "torch AdamW(0.001, wd=.01)": (adam(1e-8, True, 0.01), lambda p: T.AdamW(p)),
}


def batches(steps):
    for t in range(steps):
        b = t % 45 * 32
        yield t + 1, x[b : b + 32], y[b : b + 32]


def gradient(parameters, images, labels):
    value = loss(network(parameters, images), labels)
    return float(value.detach()), torch.autograd.grad(value, parameters)


def by_rule(rule):
    p, states, losses, figures = start(), [{} for _ in range(6)], [], None
    for t, images, labels in batches(450):
        p = [w.detach().requires_grad_() for w in p]
        value, g = gradient(p, images, labels)
        p = [rule(w.detach(), d, s, t) for w, d, s in zip(p, g, states)]
        if t <= 90:
            losses.append(value)
        if t == 90:
            figures = [[float(w.sum()), float(w.norm())] for w in p]
    z = network(p, x_held)
    return {"losses": losses, "parameters": figures, "test": [float(loss(z, y_held)), float((z.argmax(1) == y_held).double().mean())]}


def by_library(name, make):
    losses = []
    if name.startswith("torch"):
        p = [w.requires_grad_() for w in start()]
        optimizer = make(p)
    else:
        variables = [keras.Variable(w.numpy(), dtype="float64") for w in start()]
        optimizer = make()
        optimizer.build(variables)
    for _, images, labels in batches(90):
        if name.startswith("keras"):
            p = [torch.tensor(v.value.detach().numpy()).requires_grad_() for v in variables]
        value, g = gradient(p, images, labels)
        losses.append(value)
        if name.startswith("torch"):
            for w, d in zip(p, g):
                w.grad = d
            optimizer.step()
        else:
            optimizer.apply(list(g), variables)
    return losses


runs = {}
for name, (rule, make) in RULES.items():
    runs[name] = by_rule(rule)
    if make:
        runs[name]["deviation"] = max(abs(a - b) for a, b in zip(runs[name]["losses"], by_library(name, make)))
    print(name, runs[name]["test"], runs[name].get("deviation"), file=sys.stderr)
print(json.dumps({"runs": runs}).replace('}, "', '},\n"'))
