"""Makes networks.jsonl: layers, activations, losses, metrics, schedules and penalties with the values and gradients of
PyTorch and Keras.

    pip install torch keras jax && python3 networks.py > networks.jsonl

The programs return a number, of which PyTorch takes the gradient by the parameters of the layers, or by all inputs.
"""

import json
import os

os.environ["KERAS_BACKEND"] = "torch"
import keras
import numpy as np
import torch
import torch.nn.functional as F

keras.backend.set_floatx("float64")
torch.set_default_dtype(torch.float64)
random = np.random.default_rng(20261121)


# What the libraries compute with constants of single precision, whatever the type; so do all layers of Keras.
SINGLE = ("celu(x, 0.7)", "hard_sigmoid", "absolute_percentage_error", "log_cosh")


def smooth(*shape):
    return torch.tensor(random.integers(-96, 97, shape) / 64 + 1 / 128)


def positive(*shape):
    return torch.tensor(random.integers(1, 60, shape) / 64)


def array(value):
    value = value.detach() if isinstance(value, torch.Tensor) else torch.as_tensor(value, dtype=torch.float64)
    name = {torch.float64: "f64", torch.int64: "i64", torch.int32: "i32"}[value.dtype]
    return {"type": name, "shape": list(value.shape), "elements": value.reshape(-1).tolist()}


def case(program, inputs, function, weights=None, by=None, training=False):
    """`function` takes the inputs and the weights by name after the last dot and number of the call."""
    weights = weights or {}
    paths = sorted(weights)
    for value in list(inputs) + list(weights.values()):
        value.requires_grad_(value.dtype.is_floating_point and by is not None)
    result = function(*inputs, *([weights] if weights else []))
    assert result.dtype != torch.float32, program
    line = {"program": program, "inputs": [array(x) for x in list(inputs) + [weights[p] for p in paths]]}
    line["results"] = [array(result)]
    line["training"] = training
    if any(name in program for name in SINGLE):
        line["tolerance"] = 1e-6
    if by is not None:
        sources = [weights[p] for p in paths] if by == ["params"] else [x for x in inputs if x.dtype.is_floating_point]
        line["gradient"] = [array(g) for g in torch.autograd.grad(result, sources)]
        line["by"] = by
    else:
        line["sizes"] = {}
    print(json.dumps(line))


# --- Activations: sum(f(x)*c), by x and c
for text, function in [
    ("relu(x)", F.relu), ("relu6(x)", F.relu6), ("leaky_relu(x)", F.leaky_relu), ("leaky_relu(x, 0.2)", lambda x: keras.ops.leaky_relu(x, 0.2)),
    ("elu(x)", F.elu), ("elu(x, 0.7)", lambda x: F.elu(x, 0.7)), ("selu(x)", F.selu), ("celu(x)", F.celu), ("celu(x, 0.7)", lambda x: F.celu(x, 0.7)),
    ("gelu(x)", F.gelu), ("gelu(x, approximate: true)", lambda x: F.gelu(x, approximate="tanh")), ("sigmoid(x)", F.sigmoid),
    ("log_sigmoid(x)", F.logsigmoid), ("hard_sigmoid(3*x)", lambda x: F.hardsigmoid(3 * x)), ("silu(x)", F.silu), ("hard_silu(3*x)", lambda x: F.hardswish(3 * x)),
    ("tanh(x)", torch.tanh), ("hard_tanh(x)", F.hardtanh), ("softplus(x)", F.softplus), ("softsign(x)", F.softsign), ("mish(x)", F.mish),
    ("softmax(x)", lambda x: F.softmax(x, -1)), ("softmax(x, axis: 0)", lambda x: F.softmax(x, 0)), ("log_softmax(x)", lambda x: F.log_softmax(x, -1)),
    ("tanh_shrink(x)", F.tanhshrink), ("soft_shrink(x)", F.softshrink), ("hard_shrink(x)", F.hardshrink),
    ("thresholded_relu(x, 0.3, 0.1)", lambda x: F.threshold(x, 0.3, 0.1)),
    ("squareplus(x)", keras.ops.squareplus), ("sparse_plus(x)", keras.ops.sparse_plus),
]:
    case(f"f(x: [3, 5], c: [3, 5]) = sum({text}*c)", [smooth(3, 5), smooth(3, 5)], lambda x, c: torch.sum(function(x) * c), by=["x", "c"])
case("f(x: [3, 6], c: [3, 3]) = sum(glu(x)*c)", [smooth(3, 6), smooth(3, 3)], lambda x, c: torch.sum(F.glu(x) * c), by=["x", "c"])

# --- Losses. Where Keras computes in single precision even so, its formula is written out.


def agreement(p, y):
    return y * p + (1 - y) * (1 - p)


K = keras.losses
keras.config.set_dtype_policy("float64")
NAMED = {"reduction": "sum_over_batch_size"}
for text, function in [
    ("squared_error(x, y)", F.mse_loss), ("absolute_error(x, y)", F.l1_loss), ("huber(x, y)", F.huber_loss), ("huber(x, y, 0.4)", lambda x, y: F.huber_loss(x, y, delta=0.4)),
    ("smooth_l1(x, y, 0.4)", lambda x, y: F.smooth_l1_loss(x, y, beta=0.4)), ("log_cosh(x, y)", lambda x, y: torch.mean(K.log_cosh(y, x))),
    ("absolute_percentage_error(x, y)", lambda x, y: torch.mean(K.mean_absolute_percentage_error(y, x))),
    ("half_squared_error(x, y)", lambda x, y: F.mse_loss(x, y) / 2),
    ("binary_cross_entropy(x, y, from_logits: true)", F.binary_cross_entropy_with_logits),
    ("-cosine_similarity(x, y)", lambda x, y: -torch.mean(F.cosine_similarity(x, y))),
    ("cross_entropy(x, softmax(y), from_logits: true)", lambda x, y: F.cross_entropy(x, F.softmax(y, -1))),
]:
    case(f"f(x: [3, 5], y: [3, 5]) = mean({text})", [smooth(3, 5), smooth(3, 5)], function, by=["x", "y"])
for text, function in [
    ("binary_cross_entropy(p, y)", F.binary_cross_entropy), 
    ("squared_log_error(p, y)", lambda p, y: F.mse_loss(torch.log1p(p), torch.log1p(y))), ("poisson(p, y)", lambda p, y: torch.mean(p - y * torch.log(p))),
    ("dice(p, y)", lambda p, y: 1 - (2 * torch.sum(p * y) + 2e-7) / (torch.sum(p) + torch.sum(y) + 2e-7)),
    
    ("kl_divergence(p, y)", lambda p, y: torch.mean(torch.sum(y * torch.log(y / p), -1))),
    
    ("binary_cross_entropy(p, y, label_smoothing: 0.1)", lambda p, y: F.binary_cross_entropy(p, 0.9 * y + 0.05)),
    ("cross_entropy(p/sum(p, axis: 1, keepdims: true), y)", lambda p, y: F.cross_entropy(torch.log(p), y)),
    ("binary_focal_cross_entropy(p, y)", lambda p, y: torch.mean((1 - agreement(p, y)) ** 2 * F.binary_cross_entropy(p, y, reduction="none"))),
    ("binary_focal_cross_entropy(p, y, balanced: true)", lambda p, y: torch.mean((0.25 * y + 0.75 * (1 - y)) * (1 - agreement(p, y)) ** 2 * F.binary_cross_entropy(p, y, reduction="none"))),
]:
    case(f"f(p: [3, 5], y: [3, 5]) = mean({text})", [positive(3, 5), positive(3, 5)], function, by=["p", "y"])
signs = torch.tensor(random.integers(0, 2, (3, 5)) * 2.0 - 1)
for text, function in [
    ("hinge(x, y)", lambda x, y: torch.mean(torch.relu(1 - x * y))), ("squared_hinge(x, y)", lambda x, y: torch.mean(torch.relu(1 - x * y) ** 2)),
]:
    case(f"f(x: [3, 5], y: [3, 5]) = mean({text})", [smooth(3, 5), signs.clone()], function, by=["x", "y"])
ids = torch.tensor([4, 0, 2])
hot = F.one_hot(ids, 5).double()
case("f(x: [3, 5], y: [3, 5]) = mean(categorical_hinge(x, y))", [smooth(3, 5), hot.clone()], lambda x, y: torch.mean(torch.relu(1 + torch.amax((1 - y) * x, -1) - torch.sum(y * x, -1))))
case("f(x: [3, 5], y: i64[3]) = mean(sparse_cross_entropy(x, y, from_logits: true))", [smooth(3, 5), ids], F.cross_entropy, by=["x"])
case("f(x: [3, 5], y: i64[3]) = mean(sparse_cross_entropy(softmax(x), y))", [smooth(3, 5) * 500, ids], F.cross_entropy, by=["x"])
case("f(x: [3, 5], y: i64[3]) = mean(sparse_cross_entropy(x, y, from_logits: true, label_smoothing: 0.1))", [smooth(3, 5), ids],
     lambda x, y: F.cross_entropy(x, y, label_smoothing=0.1), by=["x"])
case("f(x: [3, 5], y: [3, 5]) = mean(cross_entropy(x, y, from_logits: true, label_smoothing: 0.1))", [smooth(3, 5), hot.clone()],
     lambda x, y: F.cross_entropy(x, y, label_smoothing=0.1), by=["x", "y"])
case("f(a: [3, 5], b: [3, 5], c: [3, 5]) = mean(triplet_margin(a, b, c))", [smooth(3, 5), smooth(3, 5), smooth(3, 5)],
     lambda a, b, c: F.triplet_margin_loss(a, b, c, eps=0), by=["a", "b", "c"])

# --- Metrics
flags = torch.tensor(random.integers(0, 2, (40,)) * 1.0)
probable = torch.tensor(random.integers(0, 64, (40,)) / 64)
found = (probable > 0.5).double()
for text, value in [
    ("mean(accuracy(p, y))", (found == flags).double().mean()), ("precision(p, y)", (found * flags).sum() / found.sum()),
    ("recall(p, y)", (found * flags).sum() / flags.sum()), ("f1_score(p, y)", 2 * (found * flags).sum() / (found.sum() + flags.sum())),
    ("root_mean_squared_error(p, y)", torch.sqrt(F.mse_loss(probable, flags))),
    ("r2_score(p, y)", 1 - F.mse_loss(probable, flags) / torch.var(flags, unbiased=False)),
]:
    case(f"f(p: [40], y: [40]) = 1.0*{text}", [probable.clone(), flags.clone()], lambda p, y: value)
scores, classes = smooth(12, 7), torch.tensor(random.integers(0, 7, (12,)))
case("f(p: [12, 7], y: i64[12]) = 1.0*mean(accuracy(p, y))", [scores.clone(), classes], lambda p, y: (p.argmax(1) == y).double().mean())
case("f(p: [12, 7], y: i64[12]) = 1.0*mean(top_k_accuracy(p, y, 3))", [scores.clone(), classes],
     lambda p, y: (p.topk(3).indices == y[:, None]).any(1).double().mean())

# --- Schedules: the step counts from 1 here and from 0 in the libraries
S = keras.optimizers.schedules
for text, schedule in [
    ("exponential_decay(t, 0.1, 10, 0.9)", S.ExponentialDecay(0.1, 10, 0.9)), ("exponential_decay(t, 0.1, 10, 0.9, staircase: true)", S.ExponentialDecay(0.1, 10, 0.9, True)),
    ("inverse_time_decay(t, 0.1, 10, 0.9)", S.InverseTimeDecay(0.1, 10, 0.9)), ("polynomial_decay(t, 0.1, 10, power: 2)", S.PolynomialDecay(0.1, 10, power=2)),
    ("polynomial_decay(t, 0.1, 10, cycle: true)", S.PolynomialDecay(0.1, 10, cycle=True)), ("cosine_decay(t, 0.1, 20, 0.1)", S.CosineDecay(0.1, 20, 0.1)),
    ("cosine_decay(t, 0.01, 20, warmup_target: 0.1, warmup_steps: 5)", S.CosineDecay(0.01, 20, warmup_target=0.1, warmup_steps=5)),
    ("cosine_decay_restarts(t, 0.1, 5)", S.CosineDecayRestarts(0.1, 5)), ("cosine_decay_restarts(t, 0.1, 5, 1, 0.5)", S.CosineDecayRestarts(0.1, 5, 1.0, 0.5)),
    ("piecewise_constant(t, [3, 8], [0.1, 0.05, 0.01])", S.PiecewiseConstantDecay([3, 8], [0.1, 0.05, 0.01])),
]:
    # An odd number of steps, none of them where a wave ends: rounding decides there.
    steps = [1, 2, 3, 4, 7, 9, 13, 18, 23, 29]
    values = torch.tensor([float(schedule(torch.tensor(float(t - 1), dtype=torch.float64))) for t in steps])
    case(f"f(ts: [{len(steps)}]) = [{text} for t in ts]", [torch.tensor(steps).double()], lambda ts: values)
w = torch.nn.Parameter(torch.zeros(1))
for text, make in [
    ("step_decay(t, 0.1, 3)", lambda o: torch.optim.lr_scheduler.StepLR(o, 3)), ("multi_step_decay(t, 0.1, [2, 5])", lambda o: torch.optim.lr_scheduler.MultiStepLR(o, [2, 5])),
    ("linear_decay(t, 0.1)", lambda o: torch.optim.lr_scheduler.LinearLR(o)), ("cosine_annealing(t, 0.1, 7, 0.01)", lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 7, 0.01)),
    ("one_cycle(t, 0.1, 10)", lambda o: torch.optim.lr_scheduler.OneCycleLR(o, 0.1, total_steps=10)),
    ("triangular(t, 0.1, 0.3, 3)", lambda o: torch.optim.lr_scheduler.CyclicLR(o, 0.1, 0.3, step_size_up=3, cycle_momentum=False)),
]:
    optimizer = torch.optim.SGD([w], lr=0.1)
    scheduler, values = make(optimizer), []
    for _ in range(10):
        values.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if len(values) < 10:
            scheduler.step()
    case(f"f(ts: [10]) = [{text} for t in ts]", [torch.arange(1, 11).double()], lambda ts: torch.tensor(values))

# --- Layers: weights are set in a Keras layer, the order is that of its own list
L = keras.layers


def layer(call, make, x, names, result, training=False, ids=False):
    keras_layer = make()
    keras_layer(x.clone())
    own = [v for v in keras_layer.variables if "seed" not in v.path]
    values = [smooth(*v.shape) if "var" not in v.path else positive(*v.shape) for v in own]
    weights = {}
    name = "f." + call.split("(")[0] + "_1."
    for key, value in zip(names, values):
        if callable(key):
            weights.update({name + k: v for k, v in key(value).items()})
        else:
            weights[name + key] = value
    joined = [k for k in weights]
    w = smooth(*result)

    def function(x, w, p):
        flat = []
        for key, value in zip(names, values):
            flat.append(value if not callable(key) else torch.stack([p[name + k] for k in key(value)]))
        given = {v.path: f for v, f in zip(own, flat)}
        losses, _ = keras_layer.stateless_call(
            [given[v.path] for v in keras_layer.trainable_variables],
            [given.get(v.path, v.value) for v in keras_layer.non_trainable_variables], x, **({"training": training} if "Batch" in type(keras_layer).__name__ else {}))
        return torch.sum(losses * w)

    shape = ", ".join(["m"] + [str(s) for s in x.shape[1:]])
    out = ", ".join(["m"] + [str(s) for s in result[1:]])
    states = [k for k in weights if "moving" in k]
    paths = sorted(weights)
    line_inputs = [x, w]
    for value in [*weights.values()]:
        value.requires_grad_(True)
    value = function(x, w, weights)
    chosen = [p for p in paths if p not in states]
    gradient = torch.autograd.grad(value, [weights[p] for p in chosen])
    print(json.dumps({
        "program": f"f(x: {'i64' if ids else ''}[{shape}], w: [{out}]) = sum({call.replace('(', '(x, ', 1) if not call.endswith('()') else call.replace('()', '(x)')}*w)",
        "inputs": [array(v) for v in line_inputs + [weights[p] for p in paths]], "results": [array(value)],
        "gradient": [array(g) for g in gradient], "by": ["params"], "training": training,
        "tolerance": 1e-6}))


def gru_bias(b):
    return {"b": b[0].clone(), "b_recurrent": b[1].clone()}


layer("dense(4, tanh)", lambda: L.Dense(4, "tanh"), smooth(3, 5), ["W", "b"], (3, 4))
layer("dense(4, use_bias: false)", lambda: L.Dense(4, use_bias=False), smooth(3, 2, 5), ["W"], (3, 2, 4))
layer("simple_rnn(4)", lambda: L.SimpleRNN(4), smooth(2, 5, 3), ["W", "U", "b"], (2, 4))
layer("simple_rnn(4, return_sequences: true, go_backwards: true)", lambda: L.SimpleRNN(4, return_sequences=True, go_backwards=True), smooth(2, 5, 3), ["W", "U", "b"], (2, 5, 4))
layer("lstm(4)", lambda: L.LSTM(4), smooth(2, 5, 3), ["W", "U", "b"], (2, 4))
layer("lstm(3, return_sequences: true)", lambda: L.LSTM(3, return_sequences=True), smooth(1, 4, 2), ["W", "U", "b"], (1, 4, 3))
layer("gru(4)", lambda: L.GRU(4), smooth(2, 5, 3), ["W", "U", gru_bias], (2, 4))
layer("gru(4, reset_after: false, go_backwards: true)", lambda: L.GRU(4, reset_after=False, go_backwards=True), smooth(2, 5, 3), ["W", "U", "b"], (2, 4))
layer("conv1d(4, 3, stride: 2)", lambda: L.Conv1D(4, 3, strides=2), smooth(2, 8, 3), ["K", "b"], (2, 3, 4))
layer("conv2d(4, 3, dilation: 2, groups: 2)", lambda: L.Conv2D(4, 3, dilation_rate=2, groups=2), smooth(2, 7, 6, 2), ["K", "b"], (2, 3, 2, 4))
layer("conv2d_transpose(3, 3, stride: 2)", lambda: L.Conv2DTranspose(3, 3, strides=2), smooth(2, 3, 4, 2), ["K", "b"], (2, 7, 9, 3))
layer("depthwise_conv2d(3, multiplier: 2)", lambda: L.DepthwiseConv2D(3, depth_multiplier=2), smooth(2, 5, 4, 2), ["K", "b"], (2, 3, 2, 4))
layer("batch_norm()", L.BatchNormalization, smooth(5, 3), ["scale", "shift", "moving_mean", "moving_var"], (5, 3))
layer("layer_norm()", L.LayerNormalization, smooth(4, 2, 5), ["scale", "shift"], (4, 2, 5))
layer("group_norm(2)", lambda: L.GroupNormalization(2), smooth(3, 2, 5, 4), ["scale", "shift"], (3, 2, 5, 4))
layer("rms_norm()", L.RMSNormalization, smooth(4, 5), ["scale"], (4, 5))
