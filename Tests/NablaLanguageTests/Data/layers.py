"""Makes layers.jsonl: layers of several parts, normalisation in training, and what else networks.py does not ask for, with
values and gradients by PyTorch and Keras.

    pip install torch keras scikit-learn && python3 layers.py > layers.jsonl

A line is as in networks.jsonl: a program that returns a number, its inputs (the parameters of layers after the others, by
path), the result, and the gradient by the parameters of the layers or by all inputs. A line with `states` has the next
values of moving averages too.
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
keras.config.set_dtype_policy("float64")
torch.set_default_dtype(torch.float64)
random = np.random.default_rng(20261122)
L = keras.layers


def smooth(*shape):
    return torch.tensor(random.integers(-96, 97, shape) / 64 + 1 / 128)


def positive(*shape):
    return torch.tensor(random.integers(1, 60, shape) / 64)


def array(value):
    value = value.detach() if isinstance(value, torch.Tensor) else torch.as_tensor(value, dtype=torch.float64)
    name = {torch.float64: "f64", torch.int64: "i64"}[value.dtype]
    return {"type": name, "shape": list(value.shape), "elements": value.reshape(-1).tolist()}


def case(program, inputs, function, weights=None, by=("params",), training=False, tolerance=None, states=None):
    """`function` takes the inputs, and the weights by their paths."""
    weights = weights or {}
    paths = sorted(weights)
    given = list(inputs) + [weights[p] for p in paths]
    sources = [weights[p] for p in paths if "moving" not in p] if by == ("params",) else [x for x in inputs if x.dtype.is_floating_point]
    for value in sources if by else []:
        value.requires_grad_()
    result = function(*inputs, *([weights] if weights else []))
    # Constraints of Keras compute in single precision, whatever they are given.
    result = result.double() if result.dtype == torch.float32 else result
    line = {"program": program, "inputs": [array(x) for x in given], "results": [array(result)], "training": training}
    if by:
        line |= {"gradient": [array(g) for g in torch.autograd.grad(result, sources)], "by": list(by)}
    else:
        line["sizes"] = {}
    if tolerance:
        line["tolerance"] = tolerance
    if states:
        line["states"] = {path: array(value()) for path, value in states.items()}
    print(json.dumps(line))


# --- Attention, as PyTorch has it: the scores of what comes later are -inf
q, k, v, w = smooth(2, 3, 4), smooth(2, 5, 4), smooth(2, 5, 6), smooth(2, 3, 6)
case("f(q: [m, 3, 4], k: [m, 5, 4], v: [m, 5, 6], w: [m, 3, 6]) = sum(attention(q, k, v)*w)", [q, k, v, w],
     lambda q, k, v, w: torch.sum(F.scaled_dot_product_attention(q, k, v) * w), by=("q", "k", "v", "w"))
q, k, v, w = smooth(2, 5, 4), smooth(2, 5, 4), smooth(2, 5, 6), smooth(2, 5, 6)
case("f(q: [m, 5, 4], k: [m, 5, 4], v: [m, 5, 6], w: [m, 5, 6]) = sum(attention(q, k, v, causal: true)*w)", [q, k, v, w],
     lambda q, k, v, w: torch.sum(F.scaled_dot_product_attention(q, k, v, is_causal=True) * w), by=("q", "k", "v", "w"))


def heads(call, inputs, key_dim, value_dim, units, use_bias=True, causal=False):
    """Two heads, from x to itself or to a memory, by PyTorch; Keras' layer, in single precision, has to agree."""
    x, memory = inputs[0], inputs[-1]
    keras_layer = L.MultiHeadAttention(2, key_dim, value_dim=value_dim, output_shape=units, use_bias=use_bias)
    keras_layer(x, memory)
    names = ["Q", "b_query", "K", "b_key", "V", "b_value", "O", "b"] if use_bias else ["Q", "K", "V", "O"]
    start = "f.multi_head_attention_1."
    weights = {start + n: smooth(*v.shape) for n, v in zip(names, keras_layer.trainable_variables)}
    own = keras_layer.stateless_call([weights[start + n] for n in names], [v.value for v in keras_layer.non_trainable_variables],
                                     x, memory, use_causal_mask=causal)[0]
    c = smooth(*x.shape[:2], units)

    def function(*arguments):
        p = {n: arguments[-1].get(start + n, torch.zeros(1)) for n in ["Q", "b_query", "K", "b_key", "V", "b_value", "O", "b"]}
        project = lambda a, kernel, bias: (torch.einsum("btd,dhk->bthk", a, p[kernel]) + p[bias]).transpose(1, 2)
        q, k, v = project(x, "Q", "b_query"), project(memory, "K", "b_key"), project(memory, "V", "b_value")
        found = F.scaled_dot_product_attention(q, k, v, is_causal=causal)
        result = torch.einsum("bhtk,hkd->btd", found, p["O"]) + p["b"]
        assert torch.max(torch.abs(result - own)) < 1e-5
        return torch.sum(result * arguments[-2])

    header = ", ".join(f"{n}: [m, {v.shape[1]}, {v.shape[2]}]" for n, v in zip(["x", "z"], inputs))
    case(f"f({header}, w: [m, {x.shape[1]}, {units}]) = sum({call}*w)", inputs + [c], function, weights)


heads("multi_head_attention(x, 2, 3)", [smooth(2, 4, 5)], 3, 3, 5)
heads("multi_head_attention(x, 2, 3, causal: true)", [smooth(2, 4, 5)], 3, 3, 5, causal=True)
heads("multi_head_attention(x, 2, 3, memory: z, value_dim: 2, units: 6)", [smooth(2, 4, 5), smooth(2, 3, 4)], 3, 2, 6)
heads("multi_head_attention(x, 2, 3, use_bias: false)", [smooth(2, 4, 5)], 3, 3, 5, use_bias=False)


# --- Layers of Keras whose parts have weights
def layer(call, keras_layer, x, names, result, training=False, states=()):
    """`names` are paths after the number of the call, in the order of the layer's own variables."""
    keras_layer(x)
    own = [v for v in keras_layer.variables if "seed" not in v.path]
    assert len(own) == len(names), [v.path for v in own]
    start = "f." + call.split("(")[0] + "_1."
    # Keras keeps the second kernel of a separable convolution as one of 1 by 1 places.
    extents = lambda n, v: v.shape[2:] if n == "P" else v.shape
    weights = {start + n: (positive if "var" in n else smooth)(*extents(n, v)) for n, v in zip(names, own) if not isinstance(n, tuple)}
    for name, variable in zip(names, own):
        if isinstance(name, tuple):
            weights |= {start + n: smooth(*variable.shape[1:]) for n in name}
    after = {}

    def function(x, w, p):
        values = {v.path: torch.stack([p[start + n] for n in name]) if isinstance(name, tuple) else p[start + name].reshape(v.shape) for v, name in zip(own, names)}
        rest = [values.get(v.path, v.value) for v in keras_layer.non_trainable_variables]
        options = {"training": True} if training else {}
        found, next_states = keras_layer.stateless_call([values[v.path] for v in keras_layer.trainable_variables], rest, x, **options)
        after.update(zip([v.path for v in keras_layer.non_trainable_variables], next_states))
        return torch.sum(found * w)

    shape = lambda s: ", ".join(["m"] + [str(n) for n in s[1:]])
    text = call.replace("(", "(x, ", 1) if not call.endswith("()") else call.replace("()", "(x)")
    following = {start + n: (lambda v=v: after[v.path]) for n, v in zip(names, own) if n in states}
    case(f"f(x: [{shape(x.shape)}], w: [{shape(result)}]) = sum({text}*w)", [x, smooth(*result)], function, weights,
         training=training, tolerance=1e-6, states=following)


def both(kind, names):
    return [f"recurrent_{i}.{kind}_1.{n}" if not isinstance(n, tuple) else tuple(f"recurrent_{i}.{kind}_1.{m}" for m in n) for i in (1, 2) for n in names]


plain, gated = ["W", "U", "b"], ["W", "U", ("b", "b_recurrent")]
layer("bidirectional(4)", L.Bidirectional(L.LSTM(4)), smooth(2, 5, 3), both("lstm", plain), (2, 8))
layer('bidirectional(3, kind: "gru", return_sequences: true)', L.Bidirectional(L.GRU(3, return_sequences=True)), smooth(2, 4, 3), both("gru", gated), (2, 4, 6))
layer('bidirectional(4, kind: "simple_rnn", merge: "sum")', L.Bidirectional(L.SimpleRNN(4), merge_mode="sum"), smooth(2, 5, 3), both("simple_rnn", plain), (2, 4))
layer('bidirectional(2, merge: "ave", return_sequences: true)', L.Bidirectional(L.LSTM(2, return_sequences=True), merge_mode="ave"), smooth(2, 3, 2), both("lstm", plain), (2, 3, 2))
layer("separable_conv2d(4, 3)", L.SeparableConv2D(4, 3), smooth(2, 5, 4, 2), ["D", "P", "b"], (2, 3, 2, 4))
layer('separable_conv2d(3, 2, stride: 2, padding: "same", multiplier: 2)', L.SeparableConv2D(3, 2, strides=2, padding="same", depth_multiplier=2), smooth(2, 5, 4, 2), ["D", "P", "b"], (2, 3, 2, 3))
layer('conv1d(3, 4, padding: "same", dilation: 2, activation: relu)', L.Conv1D(3, 4, padding="same", dilation_rate=2, activation="relu"), smooth(2, 7, 2), ["K", "b"], (2, 7, 3))
layer('conv2d_transpose(2, 4, stride: 2, padding: "same")', L.Conv2DTranspose(2, 4, strides=2, padding="same"), smooth(2, 3, 3, 2), ["K", "b"], (2, 6, 6, 2))
layer("prelu()", L.PReLU(), smooth(3, 5), ["slope"], (3, 5))
layer("instance_norm()", L.GroupNormalization(-1), smooth(2, 3, 4, 3), ["group_norm_1.scale", "group_norm_1.shift"], (2, 3, 4, 3))
NORM = ["scale", "shift", "moving_mean", "moving_var"]
layer("batch_norm()", L.BatchNormalization(), smooth(6, 3), NORM, (6, 3), training=True, states=NORM[2:])
layer("batch_norm(0.9, 1e-5)", L.BatchNormalization(momentum=0.9, epsilon=1e-5), smooth(2, 3, 4, 2), NORM, (2, 3, 4, 2), training=True, states=NORM[2:])


# --- PyTorch's: its momentum is counted from the other end, and its moving variance is the unbiased one
def torch_norm(call, module, x, channels_last):
    start = "f.batch_norm_1."
    weights = {start + n: (positive if n == "moving_var" else smooth)(x.shape[-1]) for n in NORM}
    mean, variance = weights[start + "moving_mean"].clone(), weights[start + "moving_var"].clone()

    def function(x, w, p):
        y = F.batch_norm(channels_last(x), mean, variance, p[start + "scale"], p[start + "shift"], True, 0.1, 1e-5)
        return torch.sum(y * channels_last(w))

    shape = ", ".join(["m"] + [str(n) for n in x.shape[1:]])
    case(f"f(x: [{shape}], w: [{shape}]) = sum({call}*w)", [x, smooth(*x.shape)], function, weights, training=True,
         states={start + "moving_mean": lambda: mean, start + "moving_var": lambda: variance})


torch_norm("batch_norm(x, 0.9, 1e-5, unbiased: true)", torch.nn.BatchNorm1d, smooth(6, 3), lambda a: a)
torch_norm("batch_norm(x, 0.9, 1e-5, unbiased: true)", torch.nn.BatchNorm2d, smooth(2, 3, 4, 2), lambda a: a.permute(0, 3, 1, 2))
case("f(x: [m, 5], w: [m, 5]) = sum(prelu(x, 0.25, shared: true)*w)", [smooth(3, 5), smooth(3, 5)],
     lambda x, w, p: torch.sum(F.prelu(x, p["f.prelu_1.slope"]) * w), {"f.prelu_1.slope": smooth(1)})
case("f(x: [m, 3, 4, 2], w: [m, 3, 4, 2]) = sum(instance_norm(x, 1e-5)*w)", [smooth(2, 3, 4, 2), smooth(2, 3, 4, 2)],
     lambda x, w, p: torch.sum(F.instance_norm(x.permute(0, 3, 1, 2), weight=p["f.instance_norm_1.group_norm_1.scale"], bias=p["f.instance_norm_1.group_norm_1.shift"]).permute(0, 2, 3, 1) * w),
     {"f.instance_norm_1.group_norm_1." + n: smooth(2) for n in ["scale", "shift"]})
case("f(x: [m, 5], w: [m, 5]) = sum(layer_norm(x, 1e-5)*w)", [smooth(3, 5), smooth(3, 5)],
     lambda x, w, p: torch.sum(F.layer_norm(x, (5,), p["f.layer_norm_1.scale"], p["f.layer_norm_1.shift"]) * w),
     {"f.layer_norm_1." + n: smooth(5) for n in ["scale", "shift"]})
case("f(ids: i64[m, 4], w: [m, 4, 3]) = sum(embedding(ids, 6, 3)*w)", [torch.tensor([[0, 5, 5, 2], [5, 1, 0, 0]]), smooth(2, 4, 3)],
     lambda ids, w, p: torch.sum(F.embedding(ids, p["f.embedding_1.E"]) * w), {"f.embedding_1.E": smooth(6, 3)})

# --- Layers without weights, by their input


def mean_of_windows(x):
    """Of 3 by 3 places, every second one, as many as begin within the picture; what is beyond does not count."""
    padded = lambda a: F.avg_pool2d(F.pad(a, (0, 1, 1, 1)), 3, 2)
    x = x.permute(0, 3, 1, 2)
    return (padded(x) / padded(torch.ones_like(x))).permute(0, 2, 3, 1)


for call, function in [
    ("global_avg_pool(x)", lambda x: x.mean((1, 2))), ("global_max_pool(x)", L.GlobalMaxPooling2D()),
    ("zero_padding2d(x, 1, 2, 0, 3)", L.ZeroPadding2D(((1, 2), (0, 3)))), ("cropping2d(x, 1, 0, 1, 1)", L.Cropping2D(((1, 0), (1, 1)))),
    ("up_sampling2d(x, 2, 3)", L.UpSampling2D((2, 3))), ("max_pool(x, 2)", L.MaxPooling2D()), ("avg_pool(x, 2)", L.AveragePooling2D(2)),
    ('max_pool(x, 3, 2, "same")', L.MaxPooling2D(3, 2, "same")), ('avg_pool(x, 3, 2, "same")', mean_of_windows),
]:
    x = smooth(2, 5, 4, 3)
    shape = list(function(x).shape)
    w = smooth(*shape)
    case(f"f(x: [m, 5, 4, 3], w: [m, {', '.join(map(str, shape[1:]))}]) = sum({call}*w)", [x, w], lambda x, w: torch.sum(function(x) * w), by=("x", "w"))

# --- Penalties and constraints
R, C = keras.regularizers, keras.constraints
for text, function in [
    ("l1(x)", R.L1()), ("l2(x)", R.L2()), ("l1_l2(x, 0.1, 0.2)", R.L1L2(0.1, 0.2)), ("orthogonal_penalty(x)", R.OrthogonalRegularizer()),
    ('orthogonal_penalty(x, 0.5, "columns")', R.OrthogonalRegularizer(0.5, "columns")),
]:
    case(f"f(x: [4, 3]) = {text}", [smooth(4, 3)], function, by=("x",), tolerance=1e-6)
for text, function in [
    ("max_norm(x)", C.MaxNorm()), ("max_norm(x, 0.5, axis: 1)", C.MaxNorm(0.5, 1)), ("non_negative(x)", C.NonNeg()), ("unit_norm(x)", C.UnitNorm()),
    ("unit_norm(x, axis: 1)", C.UnitNorm(1)), ("min_max_norm(x, 0.8, 1.2, 0.5)", C.MinMaxNorm(0.8, 1.2, 0.5)), ("min_max_norm(x)", C.MinMaxNorm()),
]:
    x = smooth(4, 3)
    case(f"f(x: [4, 3]) = {text}", [x], function, by=None, tolerance=1e-6)

# --- Metrics of all examples at once
M = keras.metrics
keras.backend.set_floatx("float32")
keras.config.set_dtype_policy("float32")
torch.set_default_dtype(torch.float32)
flags = torch.tensor(random.integers(0, 2, (60,)) * 1.0).double()
probable = torch.tensor(random.integers(0, 65, (60,)) / 64).double()
for thresholds in (200, 11):
    case(f"f(p: [60], y: [60]) = 1.0*auc(p, y, {thresholds})", [probable.clone(), flags.clone()],
         lambda p, y: torch.tensor(float(M.AUC(thresholds, dtype="float32")(y.float(), p.float())), dtype=torch.float64), by=None, tolerance=1e-6)
# With more thresholds than predictions have values, it is the area that scikit-learn computes from the ranks.
case("f(p: [60], y: [60]) = 1.0*auc(p, y, 1000)", [probable.clone(), flags.clone()],
     lambda p, y: torch.tensor(sklearn.metrics.roc_auc_score(y, p), dtype=torch.float64), by=None)
found, true = torch.tensor(random.integers(0, 4, (40,))), torch.tensor(random.integers(0, 4, (40,)))
for classes in (4, 6):
    case(f"f(p: i64[40], y: i64[40]) = 1.0*mean_iou(p, y, {classes})", [found.clone(), true.clone()],
         lambda p, y: torch.tensor(float(M.MeanIoU(classes, dtype="float32")(y, p)), dtype=torch.float64), by=None, tolerance=1e-6)
case("f(p: i64[40], y: i64[40]) = 1.0*confusion_matrix(p, y, 4)", [found, true],
     lambda p, y: torch.tensor(sklearn.metrics.confusion_matrix(y, p)).double(), by=None)
for text, metric in [("f_beta(p, y, 2)", lambda: sklearn.metrics.fbeta_score(flags, probable > 0.5, beta=2)),
                     ("precision(p, y, 0.25)", lambda: sklearn.metrics.precision_score(flags, probable > 0.25)),
                     ("recall(p, y, 0.75)", lambda: sklearn.metrics.recall_score(flags, probable > 0.75))]:
    case(f"f(p: [60], y: [60]) = 1.0*{text}", [probable.clone(), flags.clone()], lambda p, y: torch.tensor(float(metric()), dtype=torch.float64), by=None)
