"""Measures one peer on the network workloads: `python3 network_peers.py jax|torch THREADS [WORKLOAD ...]`, one JSON
object a workload.

What is measured is what `nabla bench --train` measures: one step of training with gradient descent (forwards, backwards,
update; the gradient by x where nothing is learnt), and one prediction, in microseconds, medians. Shapes, layouts and
losses are those of the programs beside this file. JAX compiles the step and gives its parameters away; PyTorch runs
eagerly, with channels last where there are images. A peer that is not installed is an exit status of 3.
"""
import json
import os
import sys
import time

WORKLOADS = {
    **{f"mlp/{m}": ("mlp", m) for m in (1, 32, 128, 1024)},
    **{f"lenet/{m}": ("lenet", m) for m in (1, 32, 128)},
    "conv3x3/32": ("conv3x3", 32),
    **{f"lstm/{m}": ("lstm", m) for m in (1, 32)},
    "rnn/32": ("rnn", 32),
    "logreg/100000": ("logreg", 100_000),
    "softmax/4096": ("softmax", 4096),
    "layernorm_gelu/4096": ("layernorm_gelu", 4096),
    "attention/8": ("attention", 8),
    **{f"gemm/{n}": ("gemm", n) for n in (256, 1024, 2048)},
}
CLASSIFIERS = ("mlp", "lenet", "lstm", "rnn")


def median_us(call, seconds):
    for _ in range(3):
        call()
    times = []
    end = time.perf_counter() + seconds
    while len(times) < 5 or (len(times) < 2000 and time.perf_counter() < end):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2] * 1e6


def examples(kind, size, np):
    """First values of the parameters, a batch, and its targets."""
    random = np.random.default_rng(0)

    def weight(*shape):
        limit = (6 / (np.prod(shape[:-1]) + shape[-1])) ** 0.5
        return random.uniform(-limit, limit, shape).astype("f")

    def normal(*shape):
        return random.standard_normal(shape).astype("f")

    def zeros(*shape):
        return np.zeros(shape, "f")

    def dense(inputs, *units):
        return [array for i, o in zip((inputs, *units), units) for array in (weight(i, o), zeros(o))]

    labels = random.integers(0, 10, size)
    if kind == "mlp":
        return dense(784, 256, 128, 10), normal(size, 784), labels
    if kind == "lenet":
        windows = [weight(5, 5, 1, 6), zeros(6), weight(5, 5, 6, 16), zeros(16)]
        return windows + dense(256, 120, 84, 10), normal(size, 28, 28, 1), labels
    if kind == "conv3x3":
        return [weight(3, 3, 64, 64), zeros(64)], normal(size, 32, 32, 64), None
    if kind in ("lstm", "rnn"):
        width = 512 if kind == "lstm" else 128
        cell = [weight(32, width), weight(128, width), zeros(width)]
        return cell + dense(128, 10), normal(size, 64, 32), labels
    if kind == "logreg":
        return [zeros(30), zeros(1)], normal(size, 30), random.random(size).astype("f")
    if kind == "softmax":
        return [], normal(size, 1024), None
    if kind == "layernorm_gelu":
        return [np.ones(1024, "f"), zeros(1024)], normal(size, 1024), None
    if kind == "attention":
        return [weight(256, 768), weight(256, 256)], normal(size, 128, 256), None
    return [normal(size, size)], normal(size, size), None


def jax_peer(kind, size, seconds):
    import jax
    import jax.numpy as jnp
    import numpy as np

    arrays, x, y = examples(kind, size, np)

    def convolved(x, w, b, padding):
        y = jax.lax.conv_general_dilated(x, w, (1, 1), padding, dimension_numbers=("NHWC", "HWIO", "NHWC"))
        return jax.nn.relu(y + b)

    def halved(x):
        return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")

    def layers(p, x):
        for w, b in zip(p[:-2:2], p[1:-2:2]):
            x = jax.nn.relu(x @ w + b)
        return x @ p[-2] + p[-1]

    def lstm(p):
        def cell(state, x):
            h, c = state
            i, f, g, o = jnp.split(x @ p[0] + h @ p[1] + p[2], 4, 1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            return (jax.nn.sigmoid(o) * jnp.tanh(c), c), None

        return cell

    def model(p, x):
        if kind == "mlp":
            return layers(p, x)
        if kind == "lenet":
            x = halved(convolved(halved(convolved(x, p[0], p[1], "VALID")), p[2], p[3], "VALID"))
            return layers(p[4:], x.reshape(x.shape[0], -1))
        if kind == "conv3x3":
            return convolved(x, p[0], p[1], "SAME")
        if kind in ("lstm", "rnn"):
            zero = jnp.zeros((x.shape[0], 128), "float32")
            steps = x.swapaxes(0, 1)
            if kind == "lstm":
                (h, _), _ = jax.lax.scan(lstm(p), (zero, zero), steps)
            else:
                h, _ = jax.lax.scan(lambda h, x: (jnp.tanh(x @ p[0] + h @ p[1] + p[2]), None), zero, steps)
            return h @ p[3] + p[4]
        if kind == "logreg":
            return x @ p[0] + p[1]
        if kind == "softmax":
            return jax.nn.softmax(x)
        if kind == "layernorm_gelu":
            mean = x.mean(1, keepdims=True)
            variance = ((x - mean) ** 2).mean(1, keepdims=True)
            return jax.nn.gelu((x - mean) / jnp.sqrt(variance + 1e-5) * p[0] + p[1], approximate=False)
        if kind == "attention":
            b, t, d = x.shape
            q, k, v = jnp.split((x @ p[0]).reshape(b, t, 12, 64).transpose(0, 2, 1, 3), 3, 1)
            weights = jax.nn.softmax(q @ k.swapaxes(2, 3) / 8.0)
            return (weights @ v).transpose(0, 2, 1, 3).reshape(b, t, d) @ p[1]
        return x @ p[0]

    def loss(p, x):
        o = model(p, x)
        if kind in CLASSIFIERS:
            return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(o), y[:, None], 1))
        if kind == "logreg":
            return jnp.mean(jax.nn.softplus(o) - y * o)
        return jnp.mean(o * o)

    def temporaries(function, *arguments):
        memory = function.lower(*arguments).compile().memory_analysis()
        return getattr(memory, "temp_size_in_bytes", None)

    x = jnp.asarray(x)
    y = None if y is None else jnp.asarray(y)
    parameters = [jnp.asarray(array) for array in arrays]
    predict = jax.jit(model)
    results = {}
    start = time.perf_counter()
    jax.block_until_ready(predict(parameters, x))
    results["infer_compile_s"] = time.perf_counter() - start
    results["infer_us"] = median_us(lambda: jax.block_until_ready(predict(parameters, x)), seconds)
    if parameters:
        def update(p, x):
            return [a - 0.01 * g for a, g in zip(p, jax.grad(loss)(p, x))]

        step = jax.jit(update, donate_argnums=0)
        start = time.perf_counter()
        held = [jax.block_until_ready(step(parameters, x))]
        results["compile_s"] = time.perf_counter() - start
        results["workspace_bytes"] = temporaries(step, held[0], x)

        def call():
            held[0] = jax.block_until_ready(step(held[0], x))
    else:
        gradient = jax.jit(jax.grad(lambda x: loss(parameters, x)))
        start = time.perf_counter()
        jax.block_until_ready(gradient(x))
        results["compile_s"] = time.perf_counter() - start
        results["workspace_bytes"] = temporaries(gradient, x)

        def call():
            jax.block_until_ready(gradient(x))
    results["train_us"] = median_us(call, seconds)
    return results


def torch_peer(kind, size, seconds):
    import numpy as np
    import torch
    import torch.nn.functional as F

    torch.set_num_threads(THREADS)
    arrays, x, y = examples(kind, size, np)
    if kind in ("lenet", "conv3x3"):
        arrays = [a.transpose(3, 2, 0, 1).copy() if a.ndim == 4 else a for a in arrays]
        x = torch.tensor(x).permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)
    else:
        x = torch.tensor(x, requires_grad=kind == "softmax")
    p = [torch.tensor(a, requires_grad=True) for a in arrays]
    y = None if y is None else torch.tensor(y)
    recurrent = None
    if kind in ("lstm", "rnn"):
        recurrent = {"lstm": torch.nn.LSTM, "rnn": torch.nn.RNN}[kind](32, 128, batch_first=True)
        p = list(recurrent.parameters()) + p[3:]

    def layers(p, x):
        for w, b in zip(p[:-2:2], p[1:-2:2]):
            x = F.relu(torch.addmm(b, x, w))
        return torch.addmm(p[-1], x, p[-2])

    def model():
        if kind == "mlp":
            return layers(p, x)
        if kind == "lenet":
            h = F.max_pool2d(F.relu(F.conv2d(x, p[0], p[1])), 2)
            h = F.max_pool2d(F.relu(F.conv2d(h, p[2], p[3])), 2)
            return layers(p[4:], h.flatten(1))
        if kind == "conv3x3":
            return F.relu(F.conv2d(x, p[0], p[1], padding=1))
        if recurrent is not None:
            return torch.addmm(p[-1], recurrent(x)[0][:, -1], p[-2])
        if kind == "logreg":
            return x @ p[0] + p[1]
        if kind == "softmax":
            return torch.softmax(x, 1)
        if kind == "layernorm_gelu":
            return F.gelu(F.layer_norm(x, (1024,), p[0], p[1]))
        if kind == "attention":
            b, t, d = x.shape
            q, k, v = (x @ p[0]).view(b, t, 12, 64).transpose(1, 2).chunk(3, 1)
            return F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b, t, d) @ p[1]
        return x @ p[0]

    def loss(o):
        if kind in CLASSIFIERS:
            return F.cross_entropy(o, y)
        if kind == "logreg":
            return F.binary_cross_entropy_with_logits(o, y)
        return (o * o).mean()

    optimizer = torch.optim.SGD(p, lr=0.01) if p else None

    def step():
        if optimizer:
            optimizer.zero_grad()
        else:
            x.grad = None
        loss(model()).backward()
        if optimizer:
            optimizer.step()

    def predict():
        with torch.no_grad():
            model()

    return {"infer_us": median_us(predict, seconds), "train_us": median_us(step, seconds)}


PEERS = {"jax": jax_peer, "torch": torch_peer}
THREADS = 1

if __name__ == "__main__":
    THREADS = int(sys.argv[2])
    wanted = sys.argv[3:] or list(WORKLOADS)
    if THREADS == 1:
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    try:
        __import__(sys.argv[1])
    except ImportError:
        sys.exit(3)
    for name in wanted:
        kind, size = WORKLOADS[name]
        row = PEERS[sys.argv[1]](kind, size, float(os.environ.get("SECONDS_OF_ONE", "1")))
        print(json.dumps({"workload": name, **row}), flush=True)
