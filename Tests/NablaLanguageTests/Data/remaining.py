"""Makes remaining.jsonl: functions of the library that no other file of this folder asks for, with values and gradients by
NumPy, PyTorch, Keras and scikit-learn.

    pip install torch keras scikit-learn && python3 remaining.py > remaining.jsonl

A line is as in networks.jsonl: a program that returns a number or an array, its inputs, the result and, for a number, the
gradient by the inputs that are floats.
"""

import json
import os

os.environ["KERAS_BACKEND"] = "torch"
import keras
import numpy as np
import sklearn.metrics
import torch
import torch.nn.functional as F

keras.backend.set_floatx("float64")
torch.set_default_dtype(torch.float64)
random = np.random.default_rng(20261123)


def smooth(*shape):
    return torch.tensor(random.integers(-96, 97, shape) / 64 + 1 / 128)


def share(*shape):
    return torch.tensor(random.integers(1, 64, shape) / 64)


def array(value):
    value = value.detach() if isinstance(value, torch.Tensor) else torch.as_tensor(value)
    value = value.double() if value.dtype == torch.float32 else value
    name = {torch.float64: "f64", torch.int64: "i64"}[value.dtype]
    return {"type": name, "shape": list(value.shape), "elements": value.reshape(-1).tolist()}


def case(program, inputs, function, gradient=True, tolerance=None):
    sources = [x for x in inputs if x.dtype.is_floating_point] if gradient else []
    for x in sources:
        x.requires_grad_()
    result = function(*inputs)
    line = {"program": program, "inputs": [array(x) for x in inputs], "results": [array(result)], "sizes": {}}
    if gradient:
        line["gradient"] = [array(g) for g in torch.autograd.grad(result, sources)]
    if tolerance:
        line["tolerance"] = tolerance
    print(json.dumps(line))


# --- Matrices
for n in [1, 3]:
    v, A = smooth(n), smooth(n, n)
    case(f"f(v: [{n}], A: [{n}, {n}]) = sum(diag(v)*A)", [v, A], lambda v, A: torch.sum(torch.diag(v) * A))
u, v, A = smooth(3), smooth(4), smooth(3, 4)
case("f(u: [3], v: [4], A: [3, 4]) = sum(outer(u, v)*A)", [u, v, A], lambda u, v, A: torch.sum(torch.outer(u, v) * A))
case("f(A: [3, 3]) = diagonal(A)", [smooth(3, 3)], lambda A: torch.diag(A), gradient=False)

# --- The adjoints of pooling: gradients of what PyTorch pools
for size, stride, shape in [(2, 2, (2, 4, 6, 3)), (3, 1, (1, 5, 4, 2)), (2, 3, (2, 7, 8, 1))]:
    x = torch.tensor(random.permutation(int(np.prod(shape))).reshape(shape) / 32)

    def pooled(x, pool):
        return pool(x.permute(0, 3, 1, 2), size, stride).permute(0, 2, 3, 1)

    y = smooth(*pooled(x, F.max_pool2d).shape)
    header = f"y: {list(y.shape)}, x: {list(shape)}"

    def unpooled(y, x, pool):
        x = x.detach().requires_grad_()
        return torch.autograd.grad(torch.sum(pooled(x, pool) * y), [x])[0]

    case(f"f({header}) = max_unpool(y, x, {size}, stride: {stride})", [y, x], lambda y, x: unpooled(y, x, F.max_pool2d),
         gradient=False)
    case(f"f({header}) = avg_unpool(y, [{shape[1]}, {shape[2]}], {size}, stride: {stride}) + 0*x", [y, x],
         lambda y, x: unpooled(y, x, F.avg_pool2d), gradient=False)

# --- Layers without parameters
x, w = smooth(2, 4, 3), smooth(2, 7, 3)
case("f(x: [2, 4, 3], w: [2, 7, 3]) = sum(zero_padding1d(x, 1, 2)*w)", [x, w],
     lambda x, w: torch.sum(keras.layers.ZeroPadding1D((1, 2))(x) * w))
x, w = smooth(2, 4, 3), smooth(2, 12, 3)
case("f(x: [2, 4, 3], w: [2, 12, 3]) = sum(up_sampling1d(x, 3)*w)", [x, w],
     lambda x, w: torch.sum(torch.repeat_interleave(x, 3, dim=1) * w))
x, w = smooth(2, 3), smooth(2, 5, 3)
case("f(x: [2, 3], w: [2, 5, 3]) = sum(repeat_vector(x, 5)*w)", [x, w],
     lambda x, w: torch.sum(keras.layers.RepeatVector(5)(x) * w))

# --- Losses
p, y = smooth(5, 3), smooth(5, 3)
for q in ["1/2", "1/10", "4/5"]:
    case(f"f(p: [5, 3], y: [5, 3]) = mean(quantile_error(p, y, {q}))", [p, y],
         lambda p, y: torch.mean(torch.maximum(eval(q) * (y - p), (eval(q) - 1) * (y - p))))
p = torch.softmax(smooth(4, 5), dim=1).detach()
y = F.one_hot(torch.tensor([0, 3, 2, 4]), 5).double()
for gamma, alpha in [(2, 0.25), (1.5, 1.0)]:
    case(f"f(p: [4, 5], y: [4, 5]) = mean(focal_cross_entropy(p, y, gamma: {gamma}, alpha: {alpha}))", [p, y],
         lambda p, y: torch.mean(torch.sum(alpha * (1 - p) ** gamma * y * -torch.log(p), dim=1)))
p, y = share(3, 4), torch.tensor(random.integers(0, 2, (3, 4))).double()
for alpha, beta in [(0.5, 0.5), (0.3, 0.9)]:
    # In Keras alpha and beta have changed places, and the epsilon stands elsewhere.
    own = float(keras.losses.Tversky(alpha=beta, beta=alpha)(y[None], p[None]))

    def tversky(p, y):
        both = torch.sum(p * y)
        result = 1 - both / (both + alpha * torch.sum(p * (1 - y)) + beta * torch.sum((1 - p) * y))
        assert abs(float(result) - own) < 1e-5
        return result

    case(f"f(p: [3, 4], y: [3, 4]) = tversky(p, y, {alpha}, {beta})", [p, y], tversky, tolerance=1e-6)

# --- Metrics: of one batch
p, y = share(40), torch.tensor(random.integers(0, 2, 40)).double()
guess = (p > 0.5).double()
case("f(p: [40], y: [40]) = 1.0*binary_accuracy(p, y)", [p, y], lambda p, y: (guess == y).double(), gradient=False)
scores, ids = smooth(30, 4), torch.tensor(random.integers(0, 4, 30))
hot = F.one_hot(ids, 4).double()
best = torch.argmax(scores, dim=1)
case("f(p: [30, 4], y: [30, 4]) = 1.0*categorical_accuracy(p, y)", [scores, hot], lambda p, y: (best == ids).double(),
     gradient=False)
case("f(p: [30, 4], y: i64[30]) = 1.0*sparse_accuracy(p, y)", [scores, ids], lambda p, y: (best == ids).double(),
     gradient=False)
matrix = sklearn.metrics.confusion_matrix(y.numpy(), guess.numpy())
counts = {"true_negatives": matrix[0, 0], "false_positives": matrix[0, 1], "false_negatives": matrix[1, 0],
          "true_positives": matrix[1, 1]}
for name, count in counts.items():
    case(f"f(p: [40], y: [40]) = 1.0*{name}(p, y)", [p, y], lambda p, y: torch.tensor(float(count)), gradient=False)
case("f(p: [30, 4], y: i64[30]) = 1.0*confusion(p, y)", [scores, ids],
     lambda p, y: torch.tensor(sklearn.metrics.confusion_matrix(ids.numpy(), best.numpy())).double(), gradient=False)
for name, score in [("macro_precision", sklearn.metrics.precision_score), ("macro_recall", sklearn.metrics.recall_score),
                    ("macro_f1", sklearn.metrics.f1_score), ("categorical_mean_iou", sklearn.metrics.jaccard_score)]:
    case(f"f(p: [30, 4], y: i64[30]) = {name}(p, y)", [scores, ids],
         lambda p, y: torch.tensor(float(score(ids.numpy(), best.numpy(), average="macro"))), gradient=False)

# --- Schedules
for step in [1, 4, 10, 11, 25]:
    factor = 0.2 + 0.8 * min((step - 1) / 10, 1)
    case(f"f(r) = warmup({step}, r, 10, start: 0.2)", [smooth()], lambda r: r * factor)
    # As the paper has it, with a rate of 1 at the top.
    peak = 1 / (10**-0.5)
    case(f"f(r) = inverse_root({step}, r, 10)", [smooth()], lambda r: r * peak * min(step**-0.5, step * 10**-1.5))

# --- Clipping: PyTorch's, of gradients
for limit in [0.5, 3.0]:
    g = smooth(3, 4)
    parameter = torch.nn.Parameter(torch.zeros(3, 4))
    parameter.grad = g.clone()
    norm = float(torch.linalg.norm(g))
    case(f"f(g: [3, 4]) = clip_by_norm(g, {limit})", [g], lambda g: g * min(1, limit / norm), gradient=False)
    case(f"f(g: [3, 4]) = clip_by_value(g, {limit})", [g], lambda g: torch.clamp(g, -limit, limit), gradient=False)
