"""Makes sequences.jsonl: recurrent layers, attention, pooling and losses with masks, first states, and states from batch to
batch, with values and gradients by Keras on PyTorch; curves and areas by scikit-learn and Keras; rules by both.

    pip install torch keras scikit-learn && python3 sequences.py > sequences.jsonl

A line is as in networks.jsonl.
"""

import json
import os

os.environ["KERAS_BACKEND"] = "torch"
import keras
import numpy as np
import sklearn.metrics
import torch

keras.backend.set_floatx("float64")
keras.config.set_dtype_policy("float64")
torch.set_default_dtype(torch.float64)
random = np.random.default_rng(20261121)
L = keras.layers


def smooth(*shape):
    return torch.tensor(random.integers(-96, 97, shape) / 64 + 1 / 128)


def array(value):
    value = value.detach()
    name = {torch.float64: "f64", torch.int64: "i64"}[value.dtype]
    return {"type": name, "shape": list(value.shape), "elements": value.reshape(-1).tolist()}


def case(program, inputs, function, weights=None, tolerance=1e-6):
    """`function` takes the inputs, and the weights by their paths. Without weights there is no gradient."""
    paths = sorted(weights or {})
    given = list(inputs) + [weights[p] for p in paths]
    for path in paths:
        weights[path].requires_grad_()
    result = function(*inputs, *([weights] if weights else []))
    line = {"program": program, "inputs": [array(x) for x in given], "results": [array(result)], "training": False, "tolerance": tolerance}
    if weights:
        gradient = torch.autograd.grad(result, [weights[p] for p in paths])
        line |= {"gradient": [array(g) for g in gradient], "by": ["params"]}
    else:
        line["sizes"] = {}
    print(json.dumps(line))


def layer(call, keras_layer, shape, names, result, **options):
    """A layer of a sequence whose steps are there where ids are not 0; `names` are its variables' paths after the call."""
    x, w = smooth(*shape), smooth(*result)
    ids = torch.tensor(np.where(random.random(shape[:2]) < 0.4, 0, random.integers(1, 9, shape[:2])))
    ids[0, 0] = 0  # a gap at the beginning
    ids[1, -1] = 0  # and one at the end
    keras_layer(x)
    start = "f." + call.split("(")[0] + "_1."
    own = keras_layer.trainable_variables
    weights = {}
    for name, variable in zip(names, own):
        if isinstance(name, tuple):
            weights |= {start + n: smooth(*variable.shape[1:]) for n in name}
        else:
            weights[start + name] = smooth(*variable.shape)

    def function(x, ids, w, p):
        values = [torch.stack([p[start + n] for n in name]) if isinstance(name, tuple) else p[start + name] for name in names]
        rest = [v.value for v in keras_layer.non_trainable_variables]
        return torch.sum(keras_layer.stateless_call(values, rest, x, **{k: f(ids) for k, f in (options or {"mask": lambda i: i != 0}).items()})[0] * w)

    header = f"f(x: [m, {shape[1]}, {shape[2]}], ids: i64[m, {shape[1]}], w: [{', '.join(['m'] + [str(n) for n in result[1:]])}])"
    case(f"{header} = sum({call.replace('(', '(x, ', 1)}*w)", [x, ids, w], function, weights)


PLAIN, GATED = ["W", "U", "b"], ["W", "U", ("b", "b_recurrent")]
layer("simple_rnn(4, mask: ids != 0)", L.SimpleRNN(4), (3, 6, 2), PLAIN, (3, 4))
layer("lstm(4, mask: ids != 0)", L.LSTM(4), (3, 6, 2), PLAIN, (3, 4))
layer("gru(4, mask: ids != 0)", L.GRU(4), (3, 6, 2), GATED, (3, 4))
layer("gru(3, mask: ids != 0, reset_after: false)", L.GRU(3, reset_after=False), (3, 6, 2), PLAIN, (3, 3))
layer("simple_rnn(4, mask: ids != 0, return_sequences: true)", L.SimpleRNN(4, return_sequences=True), (3, 5, 2), PLAIN, (3, 5, 4))
layer("lstm(3, mask: ids != 0, return_sequences: true)", L.LSTM(3, return_sequences=True), (3, 5, 2), PLAIN, (3, 5, 3))
layer("lstm(3, mask: ids != 0, go_backwards: true)", L.LSTM(3, go_backwards=True), (3, 5, 2), PLAIN, (3, 3))
layer("gru(3, mask: ids != 0, return_sequences: true, go_backwards: true)", L.GRU(3, return_sequences=True, go_backwards=True), (3, 5, 2), GATED, (3, 5, 3))


def both(kind, names):
    return [f"recurrent_{i}.{kind}_1.{n}" if not isinstance(n, tuple) else tuple(f"recurrent_{i}.{kind}_1.{m}" for m in n) for i in (1, 2) for n in names]


layer("bidirectional(3, mask: ids != 0)", L.Bidirectional(L.LSTM(3)), (3, 5, 2), both("lstm", PLAIN), (3, 6))
layer('bidirectional(3, kind: "gru", return_sequences: true, mask: ids != 0)', L.Bidirectional(L.GRU(3, return_sequences=True)), (3, 5, 2), both("gru", GATED), (3, 5, 6))

# --- First states, and those of a batch for the next one
for call, keras_layer, names, states in [
    ("simple_rnn(x, 4, initial_state: h)", L.SimpleRNN(4), PLAIN, 1), ("gru(x, 4, initial_state: h)", L.GRU(4), GATED, 1),
    ("lstm(x, 4, initial_state: h, initial_memory: c)", L.LSTM(4), PLAIN, 2),
]:
    x, h, c, w = smooth(2, 3, 2), smooth(2, 4), smooth(2, 4), smooth(2, 4)
    keras_layer(x)
    start = "f." + call.split("(")[0] + "_1."
    weights = {}
    for name, variable in zip(names, keras_layer.trainable_variables):
        weights |= {start + n: smooth(*variable.shape[1:]) for n in name} if isinstance(name, tuple) else {start + name: smooth(*variable.shape)}

    def function(x, h, c, w, p):
        values = [torch.stack([p[start + n] for n in name]) if isinstance(name, tuple) else p[start + name] for name in names]
        rest = [v.value for v in keras_layer.non_trainable_variables]
        return torch.sum(keras_layer.stateless_call(values, rest, x, initial_state=[h, c][:states])[0] * w) + torch.sum(c) * 0

    case(f"f(x: [m, 3, 2], h: [m, 4], c: [m, 4], w: [m, 4]) = sum({call}*w) + 0*sum(c)", [x, h, c, w], function, weights)

# Two batches of a layer that remembers are one sequence: the last state of the first begins the second.
first, second, w = smooth(2, 3, 2), smooth(2, 3, 2), smooth(2, 4)
remembering = L.LSTM(4)
remembering(first)
weights = {"f.both_1.lstm_1." + n: smooth(*v.shape) for n, v in zip(PLAIN, remembering.trainable_variables)}
case("layer both(a: [m, t, i], b: [m, t, i]) = lstm(concatenate(a, b, axis: 1), 4)\nf(a: [m, 3, 2], b: [m, 3, 2], w: [m, 4]) = sum(both(a, b)*w)",
     [first, second, w],
     lambda a, b, w, p: torch.sum(remembering.stateless_call(
         [p["f.both_1.lstm_1." + n] for n in PLAIN], [v.value for v in remembering.non_trainable_variables], torch.cat([a, b], 1))[0] * w), weights)

# --- Attention to a memory of which some places are not there, and pooling of those that are
x, memory, w = smooth(2, 3, 4), smooth(2, 5, 4), smooth(2, 3, 4)
ids = torch.tensor([[3, 0, 2, 0, 0], [1, 1, 0, 4, 0]])
attending = L.MultiHeadAttention(2, 3)
attending(x, memory)
names = ["Q", "b_query", "K", "b_key", "V", "b_value", "O", "b"]
weights = {"f.multi_head_attention_1." + n: smooth(*v.shape) for n, v in zip(names, attending.trainable_variables)}
case("f(x: [m, 3, 4], z: [m, 5, 4], ids: i64[m, 5], w: [m, 3, 4]) = sum(multi_head_attention(x, 2, 3, memory: z, mask: ids != 0)*w)",
     [x, memory, ids, w],
     lambda x, z, ids, w, p: torch.sum(attending.stateless_call(
         [p["f.multi_head_attention_1." + n] for n in names], [v.value for v in attending.non_trainable_variables], x, z,
         attention_mask=(ids != 0)[:, None, :])[0] * w), weights, tolerance=1e-5)
case("f(x: [2, 5, 3], ids: i64[2, 5]) = global_avg_pool(x, ids != 0)", [smooth(2, 5, 3), ids],
     lambda x, ids: L.GlobalAveragePooling1D()(x, mask=ids != 0))
gaps = smooth(2, 5, 3)
gaps[0, 1] = 0
gaps[1, 4] = 0
gaps[1, 2, 0] = 0  # one number alone is no gap
case("f(x: [2, 5, 3]) = where(masking(x), 1.5, 0.5)", [gaps], lambda x: L.Masking().compute_mask(x).double() + 0.5)

# --- Losses and metrics of what counts
p = torch.softmax(smooth(2, 5, 4), -1)
labels = torch.tensor([[1, 0, 3, 2, 0], [2, 1, 0, 0, 3]])
case("f(p: [2, 5, 4], y: i64[2, 5]) = masked_cross_entropy(p, y)", [p, labels],
     lambda p, y: torch.nn.functional.nll_loss(torch.log(p).reshape(-1, 4), y.reshape(-1), ignore_index=0))
case("f(p: [2, 5, 4], y: i64[2, 5]) = masked_cross_entropy(p, y, ignored: -100, from_logits: true)", [smooth(2, 5, 4), torch.where(labels == 0, -100, labels)],
     lambda p, y: torch.nn.functional.cross_entropy(p.reshape(-1, 4), y.reshape(-1)))
counted = labels != 0
case("f(p: [2, 5, 4], y: i64[2, 5]) = masked_accuracy(p, y)", [p, labels],
     lambda p, y: torch.sum((torch.argmax(p, -1) == y) & counted) / torch.sum(counted).double())
flags = torch.tensor(random.integers(0, 2, (60,)) * 1.0).double()
probable = torch.tensor(random.integers(0, 65, (60,)) / 64).double()
limits = [-1e-7] + [k / 6 for k in range(1, 6)] + [1 + 1e-7]
passing = lambda p, y, positive: torch.tensor([float(sum((p > t) & (y == positive))) for t in limits])


def curve(p, y):
    wrong, right = passing(p, y, 0), passing(p, y, 1)
    return torch.stack([wrong / wrong[0], right / right[0]], 1)


def precision_and_recall(p, y):
    wrong, right = passing(p, y, 0), passing(p, y, 1)
    return torch.stack([right / right[0], torch.where(right + wrong == 0, 1.0, right / torch.clamp(right + wrong, min=1))], 1)


case("f(p: [60], y: [60]) = 1.0*roc_curve(p, y, 7)", [probable, flags], curve)
case("f(p: [60], y: [60]) = 1.0*precision_recall_curve(p, y, 7)", [probable, flags], precision_and_recall)
# --- Rules, over six steps
W, G = smooth(3, 2), smooth(6, 3, 2)


def torch_rule(make):
    def function(w, g):
        w = torch.nn.Parameter(w.clone())
        rule = make([w])
        for gradient in g:
            w.grad = gradient.clone()
            rule.step()
        return w.detach()

    return function


def keras_rule(rule):
    def function(w, g):
        variable = keras.Variable(w.clone().numpy(), dtype="float64")
        rule.build([variable])
        for gradient in g:
            rule.apply([gradient], [variable])
        return torch.tensor(variable.numpy())

    return function


for call, function in [
    ("lamb(w, g[k], k + 1, 0.01)", keras_rule(keras.optimizers.Lamb(0.01))),
    ("radam(w, g[k], k + 1, 0.01)", torch_rule(lambda p: torch.optim.RAdam(p, 0.01))),
    ("radam(w, g[k], k + 1, 0.01, beta2: 0.9)", torch_rule(lambda p: torch.optim.RAdam(p, 0.01, (0.9, 0.9)))),
    ("rprop(w, g[k], k + 1)", torch_rule(lambda p: torch.optim.Rprop(p))),
    ("lion(w, g[k], k + 1, 0.01)", keras_rule(keras.optimizers.Lion(0.01))),
    ("ftrl(w, g[k], k + 1, 0.01, l1: 0.01, l2: 0.02)", keras_rule(keras.optimizers.Ftrl(0.01, l1_regularization_strength=0.01, l2_regularization_strength=0.02))),
]:
    case(f"f(w: [3, 2], g: [6, 3, 2]) {{\n    for k in 0..<6 {{ w = {call} }}\n    w\n}}", [W, G], function, tolerance=1e-6)
keras.backend.set_floatx("float32")
keras.config.set_dtype_policy("float32")
torch.set_default_dtype(torch.float32)
for thresholds in (200, 11):
    case(f"f(p: [60], y: [60]) = 1.0*pr_auc(p, y, {thresholds})", [probable, flags],
         lambda p, y: torch.tensor(float(keras.metrics.AUC(thresholds, curve="PR", dtype="float32")(y.float(), p.float())), dtype=torch.float64))
# With a threshold between any two predictions, the curve is scikit-learn's, whose area has no corners cut.
found = float(sklearn.metrics.average_precision_score(flags, probable))
area = float(keras.metrics.AUC(1000, curve="PR", dtype="float32")(flags.float(), probable.float()))
assert abs(found - area) < 0.02, (found, area)
