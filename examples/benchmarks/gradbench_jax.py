"""The programs of examples/gradbench in JAX with numbers of 64 bits: `python3 gradbench_jax.py [WORKLOAD ...]`.

One JSON object a workload: microseconds of the derivative, the median, one thread. Without JAX the status is 3.
"""
import json
import os
import sys
import time

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

# What `nabla bench` is told: the function and its sizes.
WORKLOADS = {
    "gmm d10 k25 n1000": ("gmm", "gradient", {"d": 10, "k": 25, "n": 1000, "m": 0}),
    "gmm d32 k50 n1000": ("gmm", "gradient", {"d": 32, "k": 50, "n": 1000, "m": 0}),
    "lse n1280000": ("lse", "gradient", {"n": 1_280_000}),
    "llsq n4096 m128": ("llsq", "gradient", {"n": 4096, "m": 128}),
    "kmeans k100 n10000 d8": ("kmeans", "direction", {"k": 100, "n": 10_000, "d": 8}),
    "lstm l2 c4096": ("lstm", "gradient", {"r": 4, "b": 14, "c": 4096}),
    "ode n10000 s100": ("ode", "gradient", {"n": 10_000, "s": 100}),
    "ba p31843": ("ba", "blocks", {"n": 49, "m": 7776, "p": 31_843}),
    "det l9": ("det", "gradient", {"n": 9}),
}


def median_us(call, seconds):
    call()
    times = []
    end = time.perf_counter() + seconds
    while len(times) < 3 or (len(times) < 1000 and time.perf_counter() < end):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2] * 1e6


def derivative(kind, s, jax, jnp, normal):
    """A function of no parameters that computes the derivative."""
    def of(function, *arguments):
        compiled = jax.jit(function)
        return lambda: jax.block_until_ready(compiled(*arguments))

    if kind == "gmm":
        d, k, n = s["d"], s["k"], s["n"]
        rows, columns = jnp.triu_indices(d, 1)

        def gmm(alpha, mu, q, low, x):
            lower = jnp.zeros((k, d, d)).at[:, columns, rows].set(low) + jax.vmap(jnp.diag)(jnp.exp(q))
            scaled = jnp.einsum("kij,nkj->nki", lower, x[:, None] - mu)
            fit = alpha + q.sum(1) - (scaled ** 2).sum(2) / 2
            prior = ((jnp.exp(q) ** 2).sum() + (low ** 2).sum()) / 2
            return jax.nn.logsumexp(fit, 1).sum() - n * jax.nn.logsumexp(alpha) - prior

        arguments = normal(k), normal(k, d), normal(k, d) / 10, normal(k, d * (d - 1) // 2) / 10, normal(n, d)
        return of(jax.grad(gmm, (0, 1, 2, 3)), *arguments)
    if kind == "lse":
        return of(jax.grad(jax.nn.logsumexp), normal(s["n"]))
    if kind == "llsq":
        t = jnp.linspace(-1, 1, s["n"])

        def llsq(x):
            powers = t[:, None] ** jnp.arange(s["m"])
            return ((jnp.sign(t) - powers @ x) ** 2).sum() / 2

        return of(jax.grad(llsq), normal(s["m"]) / 10)
    if kind == "kmeans":
        def cost(c, points):
            return ((points[:, None] - c) ** 2).sum(2).min(1).sum()

        def direction(c, points):
            slope = jax.grad(cost)
            value, curvature = jax.jvp(lambda c: slope(c, points), (c,), (jnp.ones_like(c),))
            return value / curvature

        return of(direction, normal(s["k"], s["d"]), normal(s["n"], s["d"]))
    if kind == "lstm":
        layers, b, c = s["r"] // 2, s["b"], s["c"]

        def lstm(main, extra, state, sequence):
            def step(carry, symbols):
                h, cells = carry
                now, following = symbols
                signal, hs, cs = now * extra[0], [], []
                for layer in range(layers):
                    w, bias = main[2 * layer].reshape(4, b), main[2 * layer + 1].reshape(4, b)
                    forget = jax.nn.sigmoid(signal * w[0] + bias[0])
                    gate = jax.nn.sigmoid(h[layer] * w[1] + bias[1])
                    output = jax.nn.sigmoid(signal * w[2] + bias[2])
                    cell = cells[layer] * forget + gate * jnp.tanh(h[layer] * w[3] + bias[3])
                    signal = output * jnp.tanh(cell)
                    hs.append(signal)
                    cs.append(cell)
                y = signal * extra[1] + extra[2]
                return (jnp.stack(hs), jnp.stack(cs)), (following * (y - jnp.log(2 + jnp.exp(y).sum()))).sum()

            _, totals = jax.lax.scan(step, (state[::2], state[1::2]), (sequence[:-1], sequence[1:]))
            return -totals.sum() / ((c - 1) * b)

        return of(jax.grad(lstm, (0, 1)), normal(2 * layers, 4 * b), normal(3, b), normal(2 * layers, b), normal(c, b))
    if kind == "ode":
        steps, h = s["s"], 2 / s["s"]

        def last(x):
            def rate(y):
                return x * jnp.concatenate([jnp.ones(1), y[:-1]])

            def step(y, _):
                k1 = rate(y)
                k2 = rate(y + h / 2 * k1)
                k3 = rate(y + h / 2 * k2)
                k4 = rate(y + h * k3)
                return y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4), None

            return jax.lax.scan(step, jnp.zeros_like(x), None, length=steps)[0][-1]

        return of(jax.grad(last), normal(s["n"]) / 4)
    if kind == "ba":
        n, m, p = s["n"], s["m"], s["p"]

        def error(camera, x, w, feature):
            r, y = camera[:3], x - camera[3:6]
            t = jnp.sqrt(r @ r)
            v = r / t
            y = y * jnp.cos(t) + jnp.cross(v, y) * jnp.sin(t) + v * (v @ y) * (1 - jnp.cos(t))
            q = y[:2] / y[2]
            square = q @ q
            return w * (camera[6] * q * (1 + camera[9] * square + camera[10] * square ** 2) + camera[7:9] - feature)

        def blocks(cameras, points, w, features):
            i = jnp.arange(p)
            rows = jax.vmap(jax.jacfwd(error, (0, 1, 2)))(cameras[i % n], points[i % m], w, features)
            return jnp.concatenate([rows[0], rows[1], rows[2][..., None]], 2)

        return of(blocks, normal(n, 11), normal(m, 3), normal(p), normal(p, 2))
    return of(jax.grad(jnp.linalg.det), normal(s["n"], s["n"]))


if __name__ == "__main__":
    try:
        import jax
        import jax.numpy as jnp
        import numpy as np
    except ImportError:
        sys.exit(3)
    jax.config.update("jax_enable_x64", True)
    random = np.random.default_rng(0)
    for name in sys.argv[1:] or WORKLOADS:
        kind, _, sizes = WORKLOADS[name]
        call = derivative(kind, sizes, jax, jnp, lambda *shape: jnp.asarray(random.standard_normal(shape)))
        start = time.perf_counter()
        call()
        compiled = time.perf_counter() - start
        time_us = median_us(call, float(os.environ.get("SECONDS_OF_ONE", "1")))
        print(json.dumps({"workload": name, "derivative_us": time_us, "compile_s": compiled}), flush=True)
