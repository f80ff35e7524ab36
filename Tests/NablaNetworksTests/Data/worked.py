"""Makes worked.json: the figures of worked examples, and of small networks from known starts, in double precision.

    pip install numpy scikit-learn torch && python3 worked.py > worked.json

PyTorch takes the derivatives. Starts are drawn from SplitMix64, uniform in +-sqrt(6/(inputs + outputs)), row by row. The
examples are scikit-learn's digits over 16, those whose number is not 4 modulo 5, 32 at a time in the order of the file.
"""

import json
import math

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.datasets import load_breast_cancer, load_digits

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
figures = {}


def rounded(value, digits=12):
    if isinstance(value, (list, tuple)):
        return [rounded(v, digits) for v in value]
    value = value.detach().tolist() if isinstance(value, torch.Tensor) else value
    return rounded(value, digits) if isinstance(value, list) else round(float(value), digits)


def leaf(values):
    return torch.tensor(values, requires_grad=True)


def slopes(value, *by):
    return [rounded(g) for g in torch.autograd.grad(value, by)]


# --- The first computation graph
a, b, c = leaf(5.0), leaf(3.0), leaf(2.0)
u = b * c
v = a + u
J = 3 * v
dv, du, da, db, dc = slopes(J, v, u, a, b, c)
figures["f=3(a+bc) a=5 b=3 c=2"] = {
    "u": 6.0, "v": 11.0, "J": rounded(J), "dJ_dv": dv, "dJ_du": du, "dJ_da": da, "dJ_db": db, "dJ_dc": dc,
    "J_at_a_plus_0_001": rounded(3 * (5.001 + 6))}

# --- Logistic regression of one example
for y in (1.0, 0.0):
    x, w, b = torch.tensor([1.0, 2.0]), leaf([0.5, -0.25]), leaf(0.1)
    z = w @ x + b
    a = torch.sigmoid(z)
    L = -(y * torch.log(a) + (1 - y) * torch.log(1 - a))
    da, dz, dw, db = slopes(L, a, z, w, b)
    figures[f"logreg 1 example x=(1,2) w=(.5,-.25) b=.1 y={y:.0f}"] = {
        "z": rounded(z), "a": rounded(a), "L": rounded(L), "da": da, "dz": dz, "a_minus_y": rounded(a - y), "dw": dw, "db": db}

# --- Four inputs, three hidden units, one output
x, y = torch.tensor([1.0, 2.0, 3.0, 4.0]), 1.0
W = leaf([[0.1, 0.2, -0.1, 0.05], [-0.2, 0.1, 0.3, -0.1], [0.4, -0.3, 0.2, 0.1]])
w = leaf([0.5, -0.6, 0.7])
z = W @ x
h = torch.sigmoid(z)
out = w @ h
L = (y - out) ** 2
dW, dw = slopes(L, W, w)
figures["seed001 4-3-1 net"] = {
    "z1": rounded(z), "a1": rounded(h), "a2": rounded(out), "L": rounded(L), "dW1": dW, "dw2": dw, "dL_dw11": dW[0][0],
    "closed_form_minus2_y_minus_a2_w21_s_1ms_x1": rounded(-2 * (y - out) * w[0] * h[0] * (1 - h[0]) * x[0])}

# --- A square of a sum; softmax with cross-entropy; a second derivative that changes its sign
x, y = leaf(1.0), leaf(2.0)
z = (x + y) ** 2
dx, dy = slopes(z, x, y)
figures["z=(x+y)^2 at (1,2)"] = {"z": rounded(z), "dx": dx, "dy": dy}
z = leaf([2.0, 1.0, 0.1])
p = torch.softmax(z, 0)
L = -torch.log(p[0])
e = torch.exp(z)
figures["softmax CE z=(2,1,.1) y=onehot(0)"] = {
    "p": rounded(p), "sum": rounded(p.sum()), "L": rounded(L), "dz": slopes(L, z)[0],
    "wrong_seed002_excl_i": [rounded(e[i] / (e.sum() - e[i])) for i in range(3)]}
s = 1 / (1 + math.exp(3))
figures["convexity"] = {
    "SE_second_derivative": f"s(1-s)^2(3s-1), negative iff w<-ln2={-math.log(2):.12f}", "SE_dd_at_w": -3.0,
    "v": rounded(s * (1 - s) ** 2 * (3 * s - 1)), "BCE_dd": "s(1-s)>0"}
figures["counts"] = {
    "params_784_256_128_10": 784 * 256 + 256 + 256 * 128 + 128 + 128 * 10 + 10,
    "params_64_256_128_10": 64 * 256 + 256 + 256 * 128 + 128 + 128 * 10 + 10,
    "steps_60000_bs1000": {"per_epoch": 60, "ten_epochs": 600}}

# --- Networks
digits = load_digits()
held = np.arange(len(digits.data)) % 5 == 4
x_train, y_train = torch.tensor(digits.data[~held] / 16), torch.tensor(digits.target[~held])
x_held, y_held = torch.tensor(digits.data[held] / 16), torch.tensor(digits.target[held])


class Start:
    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        mask = (1 << 64) - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        z = ((self.state ^ (self.state >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return ((z ^ (z >> 31)) >> 11) * 2.0**-53

    def glorot(self, shape, inputs=None, outputs=None):
        limit = math.sqrt(6 / ((inputs or shape[0]) + (outputs or shape[1])))
        return torch.tensor([(2 * self.uniform() - 1) * limit for _ in range(math.prod(shape))]).reshape(shape)


for name, activation in (("sigmoid", torch.sigmoid), ("tanh", torch.tanh), ("relu", torch.relu)):
    start, sizes = Start(7), [64] + [32] * 10 + [10]
    weights = [start.glorot((i, o)).requires_grad_() for i, o in zip(sizes, sizes[1:])]
    h = x_train[:128]
    for W in weights[:-1]:
        h = activation(h @ W)
    L = F.cross_entropy(h @ weights[-1], y_train[:128])
    norms = [float(f"{g.norm():.6e}") for g in torch.autograd.grad(L, weights)]
    figures[f"vanishing {name} (seed 7, no bias)"] = {"loss": rounded(L), "gnorm_layer1_to_11": norms}

# Logistic regression: features of mean 0 and deviation 1, all examples in every step, from zeros.
tumours = load_breast_cancer()
other = np.arange(len(tumours.data)) % 5 == 4
scaled = (tumours.data - tumours.data[~other].mean(0)) / tumours.data[~other].std(0)
A, t, A_held, t_held = [torch.tensor(v, dtype=torch.float64) for v in (scaled[~other], tumours.target[~other], scaled[other], tumours.target[other])]
w, b, records = torch.zeros(30), 0.0, {}
for step in range(1, 1001):
    z = A @ w + b
    if step in (1, 2, 10, 100, 1000):
        records[step] = {
            "loss_before": rounded(F.binary_cross_entropy_with_logits(z, t)),
            "train_acc": rounded(((z > 0) == (t > 0.5)).double().mean(), 6),
            "test_acc": rounded(((A_held @ w + b > 0) == (t_held > 0.5)).double().mean(), 6)}
    dz = (torch.sigmoid(z) - t) / len(t)
    w, b = w - 0.1 * A.T @ dz, b - 0.1 * dz.sum()
figures["logreg breast_cancer GD lr=.1 zero init"] = {"m": len(t), "test": len(t_held), "rec": records, "w_norm": rounded(w.norm()), "b": rounded(b)}


def train(name, parameters, network):
    """Ten epochs of Adam as Keras has it; the losses before some of the steps, and the test."""
    losses, m, v = {}, [0] * len(parameters), [0] * len(parameters)
    for step in range(1, 451):
        batch = slice((step - 1) % 45 * 32, (step - 1) % 45 * 32 + 32)
        parameters = [p.detach().requires_grad_() for p in parameters]
        L = F.cross_entropy(network(parameters, x_train[batch]), y_train[batch])
        if step in (1, 2, 3, 10, 45, 90, 450):
            losses[step] = rounded(L)
        for k, g in enumerate(torch.autograd.grad(L, parameters)):
            m[k], v[k] = 0.9 * m[k] + 0.1 * g, 0.999 * v[k] + 0.001 * g * g
            rate = 0.001 * math.sqrt(1 - 0.999**step) / (1 - 0.9**step)
            parameters[k] = parameters[k].detach() - rate * m[k] / (torch.sqrt(v[k]) + 1e-7)
    z = network(parameters, x_held)
    figures[f"{name} Keras-Adam 10 epochs"] = {
        "loss": losses, "test_acc": rounded((z.argmax(1) == y_held).double().mean(), 6), "test_loss": rounded(F.cross_entropy(z, y_held), 9)}


def convolutional(p, x):
    """Pictures of 8 by 8 points: filters [height, width, in, out], and places before channels where they become a row."""
    h = torch.relu(F.conv2d(x.reshape(-1, 1, 8, 8), p[0].permute(3, 2, 0, 1), p[1]))
    return F.max_pool2d(h, 2).permute(0, 2, 3, 1).reshape(len(x), -1) @ p[2] + p[3]


start = Start(11)
train("CNN digits", [start.glorot((3, 3, 1, 8), 9, 72), torch.zeros(8), start.glorot((72, 10)), torch.zeros(10)], convolutional)

UNITS = 32


def simple(p, x, h, c):
    return torch.tanh(x @ p[0] + h @ p[1] + p[2]), c


def lstm(p, x, h, c):
    i, f, g, o = (x @ p[0] + h @ p[1] + p[2]).split(UNITS, 1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


def gru(p, x, h, c):
    (xz, xr, xh), (hz, hr, hh) = (x @ p[0] + p[2][0]).split(UNITS, 1), (h @ p[1] + p[2][1]).split(UNITS, 1)
    z = torch.sigmoid(xz + hz)
    return z * h + (1 - z) * torch.tanh(xh + torch.sigmoid(xr + hr) * hh), c


def recurrent(cell):
    """Eight rows of eight points, one after the other."""

    def network(p, x):
        h = c = torch.zeros(len(x), UNITS)
        for row in x.reshape(-1, 8, 8).unbind(1):
            h, c = cell(p, row, h, c)
        return h @ p[3] + p[4]

    return network


for name, cell, gates in (("SimpleRNN", simple, 1), ("LSTM", lstm, 4), ("GRU", gru, 3)):
    start = Start(13)
    W, U = start.glorot((8, UNITS * gates)), start.glorot((UNITS, UNITS * gates))
    b = torch.zeros(2, UNITS * gates) if name == "GRU" else torch.zeros(UNITS * gates)
    if name == "LSTM":
        b[UNITS : 2 * UNITS] = 1
    train(f"{name} digits rows", [W, U, b, start.glorot((UNITS, 10)), torch.zeros(10)], recurrent(cell))

# --- From zeros all hidden units stay alike
p = [leaf(torch.zeros(*s).tolist()) for s in ((64, 16), (16,), (16, 10), (10,))]
L = F.cross_entropy(torch.sigmoid(x_train[:32] @ p[0] + p[1]) @ p[2] + p[3], y_train[:32])
norms = [rounded(g.norm()) for g in torch.autograd.grad(L, p)]
figures["zero init (sigmoid 64-16-10)"] = {"loss_ln10": rounded(L), "grad_norms": norms}
print(json.dumps(figures, indent=1))
