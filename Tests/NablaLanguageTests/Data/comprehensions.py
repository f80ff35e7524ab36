"""Makes comprehensions.jsonl: comprehensions and computed indices with the values and gradients of plain loops in JAX.

    pip install numpy jax && python3 comprehensions.py > comprehensions.jsonl

The format is that of arrays.jsonl, with the sizes that the program's names have. The references are loops over
indices, as one would write them without arrays. Licence: that of this project.
"""

import json

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)

TYPES = {"float64": "f64", "int64": "i64", "bool": "bool"}


def number(value):
    value = float(value)
    return int(value) if value == int(value) else value


def array(value):
    value = np.asarray(value)
    return {
        "type": TYPES[str(value.dtype)],
        "shape": list(value.shape),
        "elements": [number(x) for x in value.reshape(-1)],
    }


def emit(program, sizes, inputs, reference):
    result = reference(*inputs)
    line = {"program": program, "sizes": sizes, "inputs": [array(x) for x in inputs], "results": [array(result)]}
    if np.asarray(result).ndim == 0 and np.asarray(result).dtype.kind == "f":
        places = tuple(i for i, x in enumerate(inputs) if np.asarray(x).dtype.kind == "f")
        floats = [jnp.asarray(x) for x in inputs]
        line["gradient"] = [array(g) for g in jax.grad(reference, argnums=places)(*floats)]
    print(json.dumps(line))


random = np.random.default_rng(11)


def floats(*shape):
    return np.round(random.uniform(-2, 2, shape), 3)


def stack(rows, empty=(0,)):
    rows = list(rows)
    return jnp.stack(rows) if rows else jnp.zeros(empty)


def norm(v):
    return jnp.sqrt(jnp.sum(v**2))


def total(terms):
    return sum(terms, start=jnp.float64(0))


for n in (1, 2, 5):
    x = floats(n)
    emit(
        "f(x: [n]) = sum((1 - x[i])^2 + 100*(x[i+1] - x[i]^2)^2 for i in 0..<n-1)", {"n": n}, [x],
        lambda x: total((1 - x[i]) ** 2 + 100 * (x[i + 1] - x[i] ** 2) ** 2 for i in range(n - 1)))
    emit("f(x: [n]) = [x[n-1-i]^2 for i in 0..<n]", {"n": n}, [x], lambda x: stack(x[n - 1 - i] ** 2 for i in range(n)))
    emit("f(x: [n]) = [x[-1-i] for i in 0..<n]", {"n": n}, [x], lambda x: stack(x[-1 - i] for i in range(n)))
    emit(
        "f(x: [n]) = [x[i]*i/(i + 2) for i in 0..<n]", {"n": n}, [x],
        lambda x: stack(x[i] * i / (i + 2) for i in range(n)))
    emit(
        "f(x: [n]) = prod(1 + xi^2 for xi in x)", {"n": n}, [x],
        lambda x: jnp.prod(stack(1 + x[i] ** 2 for i in range(n))))
    emit(
        "f(x: [n]) = sum(prod(x[j] for j in 0..<i) for i in 0..<n)", {"n": n}, [x],
        lambda x: total(jnp.prod(x[:i]) for i in range(n)))
    emit(
        "f(x: [n]) = sum(x[i-j-1]*x[j]*exp(x[i]) for i in 0..<n, j in 0..<i)", {"n": n}, [x],
        lambda x: total(x[i - j - 1] * x[j] * jnp.exp(x[i]) for i in range(n) for j in range(i)))
    emit(
        "f(x: [n]) = sum(x[i]/x[j] for i in 0..<n, j in i+1..<n)", {"n": n}, [x],
        lambda x: total(x[i] / x[j] for i in range(n) for j in range(i + 1, n)))
    emit(
        "f(x: [n]) = sum(x[i]*x[j]*x[k] for i in 0..<n, j in 0..<i, k in 0..<j+1)", {"n": n}, [x],
        lambda x: total(x[i] * x[j] * x[k] for i in range(n) for j in range(i) for k in range(j + 1)))
    emit(
        "f(x: [n]) = max(sin(xi - xj) for xi in x, xj in x)", {"n": n}, [x],
        lambda x: jnp.max(stack(jnp.sin(a - b) for a in x for b in x)))
    emit(
        "f(x: [n]) = [sum(x[j] for j in 0..<i+1) for i in 0..<n]", {"n": n}, [x], lambda x: jnp.cumsum(x))
    emit(
        "f(x: [n]) = sum(f'(t) for t in x) where f(t) = sin(t)*t^2", {"n": n}, [x],
        lambda x: total(jax.grad(lambda t: jnp.sin(t) * t**2)(t) for t in x))
    emit(
        "g(v: [k], s) = sum(exp(s*v))\nf(x: [n]) = sum(dot(grad(g, v)(x, t), x) for t in x)", {"n": n}, [x],
        lambda x: total(jnp.dot(jax.grad(lambda v: jnp.sum(jnp.exp(t * v)))(x), x) for t in x))
    emit(
        "f(x: [n]) = sum(if xi > 0 then xi^2 else exp(xi) for xi in x)", {"n": n}, [x],
        lambda x: total(jnp.where(t > 0, t**2, jnp.exp(t)) for t in x))
    emit(
        "f(x: [n]) = mean(x[i] - i for i in 0..<n)", {"n": n}, [x], lambda x: jnp.mean(x - jnp.arange(n)))
    emit("f(x: [n]) = any(xi > 1 for xi in x)", {"n": n}, [x], lambda x: jnp.any(x > 1))
    emit("f(x: [n]) = all(xi > -1 for xi in x)", {"n": n}, [x], lambda x: jnp.all(x > -1))

for n in (3, 4):
    p = floats(n, 3)
    emit(
        "f(p: [n, 3]) = sum(1/norm(p[i] - p[j])^6 for i in 0..<n, j in 0..<i)", {"n": n}, [p],
        lambda p: total(1 / norm(p[i] - p[j]) ** 6 for i in range(n) for j in range(i)))
    emit(
        "f(p: [n, 3]) = mean(norm(p[i] - p[j]) for i in 0..<n, j in 0..<i)", {"n": n}, [p],
        lambda p: jnp.mean(stack(norm(p[i] - p[j]) for i in range(n) for j in range(i))))
    emit(
        "f(p: [n, 3]) = min(norm(p[i] - p[j]) for i in 0..<n, j in 0..<i)", {"n": n}, [p],
        lambda p: jnp.min(stack(norm(p[i] - p[j]) for i in range(n) for j in range(i))))
    emit(
        "f(p: [n, 3]) = norm(norm(a - [1, 0, 0])^2 for a in p)", {"n": n}, [p],
        lambda p: norm(stack(norm(a - jnp.array([1.0, 0, 0])) ** 2 for a in p)))
    emit("f(p: [n, 3]) = [norm(row) for row in p]", {"n": n}, [p], lambda p: stack(norm(row) for row in p))
    emit("f(p: [n, 3]) = sum(row^2 for row in p)", {"n": n}, [p], lambda p: jnp.sum(p**2, axis=0))
    emit("f(p: [n, 3]) = mean(row^2 for row in p)", {"n": n}, [p], lambda p: jnp.mean(p**2, axis=0))
    emit("f(p: [n, 3]) = max(row^2 for row in p)", {"n": n}, [p], lambda p: jnp.max(p**2, axis=0))

for m, n, k in ((1, 1, 1), (2, 3, 4), (3, 1, 2)):
    A, B, C = floats(m, k), floats(k, n), floats(n, n)
    u, v, y = floats(m), floats(n), floats(k)
    sizes = {"m": m, "n": n, "k": k}
    emit("f(u: [m], v: [n]) = [u[i]*v[j] for i in 0..<m, j in 0..<n]", {"m": m, "n": n}, [u, v], jnp.outer)
    emit("f(C: [n, n]) = sum(C[i, i] for i in 0..<n)", {"n": n}, [C], jnp.trace)
    emit("f(C: [n, n]) = [C[i, i] for i in 0..<n]", {"n": n}, [C], jnp.diag)
    emit(
        "f(C: [n, n]) = sum(C[i, i+1]*C[i+1, i] for i in 0..<n-1)", {"n": n}, [C],
        lambda C: total(C[i, i + 1] * C[i + 1, i] for i in range(n - 1)))
    emit("f(C: [n, n]) = [C[j, i] for i in 0..<n, j in 0..<n]", {"n": n}, [C], lambda C: C.T)
    emit(
        "f(A: [m, k], B: [k, n]) = [sum(A[i, l]*B[l, j] for l in 0..<k) for i in 0..<m, j in 0..<n]", sizes, [A, B],
        lambda A, B: A @ B)
    emit(
        "f(A: [m, k], B: [k, n]) = sum(tanh(sum(A[i, l]*B[l, j] for l in 0..<k)) for i in 0..<m, j in 0..<n)", sizes,
        [A, B], lambda A, B: jnp.sum(jnp.tanh(A @ B)))
    emit(
        "f(u: [m], A: [m, k], y: [k]) = sum(u[i]*A[i, j]*y[j] for i in 0..<m, j in 0..<k)", {"m": m, "k": k},
        [u, A, y], lambda u, A, y: u @ A @ y)
    emit(
        "f(u: [m], A: [m, k], y: [k]) = sum(3*u[i]*A[i, j]*u[i]*y[j]*A[i, j] for i in 0..<m, j in 0..<k)",
        {"m": m, "k": k}, [u, A, y], lambda u, A, y: 3 * (u * u) @ (A * A) @ y)
    emit(
        "f(u: [m], A: [m, k]) = sum(u[i] for i in 0..<m, j in 0..<k)", {"m": m, "k": k}, [u, A],
        lambda u, A: k * jnp.sum(u) + 0 * jnp.sum(A))
    emit(
        "f(A: [m, k], B: [k, n]) = sum(sum(a*b) for a in A, b in B.T)", sizes, [A, B], lambda A, B: jnp.sum(A @ B))
    emit(
        "f(A: [m, k]) = [sum(row)*row for row in A]", {"m": m, "k": k}, [A],
        lambda A: stack(jnp.sum(row) * row for row in A))
    emit(
        "f(A: [m, k]) = [row[::-1] for row in A]", {"m": m, "k": k}, [A], lambda A: A[:, ::-1])

for n in (3, 6):
    x, w = floats(n), floats(3)
    emit(
        "f(x: [n], w: [3]) = [sum(x[i+k]*w[k] for k in 0..<3) for i in 0..<n-2]", {"n": n}, [x, w],
        lambda x, w: stack(jnp.dot(x[i : i + 3], w) for i in range(n - 2)))
    emit(
        "f(x: [n], w: [3]) = sum(sum(x[i+k]*w[k] for k in 0..<3)^2 for i in 0..<n-2)", {"n": n}, [x, w],
        lambda x, w: total(jnp.dot(x[i : i + 3], w) ** 2 for i in range(n - 2)))
    emit(
        "f(x: [n], w: [3]) = sum(max(x[i:i+3])*w[0] for i in 0..<n-2)", {"n": n}, [x, w],
        lambda x, w: total(jnp.max(x[i : i + 3]) * w[0] for i in range(n - 2)))
    emit(
        "f(x: [n]) = sum(x[2*i]*x[2*i+1] for i in 0..<n//2)", {"n": n}, [x],
        lambda x: total(x[2 * i] * x[2 * i + 1] for i in range(n // 2)))
    emit(
        "f(x: [n]) = [x[3*i + j] for i in 0..<n//3, j in 0..<3]", {"n": n}, [x], lambda x: x.reshape(n // 3, 3))
    emit(
        "f(x: [n]) = [x[mod(i + 1, n)] - x[i] for i in 0..<n]", {"n": n}, [x], lambda x: jnp.roll(x, -1) - x)
    emit(
        "f(x: [n]) = sum(x[mod(i*i, n)]*x[i] for i in 0..<n)", {"n": n}, [x],
        lambda x: total(x[i * i % n] * x[i] for i in range(n)))

# Indices of the run
A, x, T = floats(4, 3), floats(5), floats(2, 3, 4)
ids, two = np.array([3, 0, -1, 3]), np.array([[1, 0], [-5, 4]])
emit("f(x: [5], ids: i64[m]) = sum(x[ids]^2)", {"m": 4}, [x, ids], lambda x, ids: jnp.sum(x[ids] ** 2))
emit("f(x: [5], ids: i64[a, b]) = x[ids]", {"a": 2, "b": 2}, [x, two], lambda x, ids: x[ids])
emit("f(A: [4, 3], ids: i64[m]) = A[ids]", {"m": 4}, [A, ids], lambda A, ids: A[ids])
emit("f(A: [4, 3], ids: i64[m]) = sum(exp(A[ids, 1:]))", {"m": 4}, [A, ids], lambda A, ids: jnp.sum(jnp.exp(A[ids, 1:])))
emit("f(A: [3, 4], ids: i64[m]) = A[:, ids]", {"m": 4}, [A.T.copy(), ids], lambda A, ids: A[:, ids])
emit("f(A: [3, 5], ids: i64[a, b]) = A[1:, ids]", {"a": 2, "b": 2}, [floats(3, 5), two], lambda A, ids: A[1:, ids])
emit("f(A: [3, 4], ids: i64[m]) = A[1, ids]", {"m": 4}, [A.T.copy(), ids], lambda A, ids: A[1, ids])
emit(
    "f(A: [4, 3], ids: i64[4]) = sum(A[ids, mod(ids, 3)]*A[ids, 0])", {}, [A, ids],
    lambda A, ids: jnp.sum(A[ids, ids % 3] * A[ids, 0]))
emit("f(A: [4, 3], i: i64) = A[i]", {}, [A, np.int64(2)], lambda A, i: A[i])
emit("f(A: [4, 3], i: i64, j: i64) = exp(A[i, j])", {}, [A, np.int64(-1), np.int64(0)], lambda A, i, j: jnp.exp(A[i, j]))
emit("f(T: [2, 3, 4], i: i64) = T[:, i]", {}, [T, np.int64(1)], lambda T, i: T[:, i])
emit("f(T: [2, 3, 4], i: i64, j: i64) = T[i, :, j]", {}, [T, np.int64(1), np.int64(2)], lambda T, i, j: T[i, :, j])
emit("f(x: [5]) = x[[4, 0, 0]]", {}, [x], lambda x: x[jnp.array([4, 0, 0])])
emit("f(x: [5], i: i64) = x[i:i+2]", {}, [x, np.int64(2)], lambda x, i: x[2:4])
emit(
    "f(A: [4, 3], ids: i64[4]) = sum(A[ids[i], j]*j for i in 0..<4, j in 0..<3)", {}, [A, ids],
    lambda A, ids: total(A[ids[i], j] * j for i in range(4) for j in range(3)))
emit(
    "f(A: [4, 3], ids: i64[3]) = sum(A[ids[i], i]^2 for i in 0..<3)", {}, [A, np.array([3, 0, 3])],
    lambda A, ids: total(A[ids[i], i] ** 2 for i in range(3)))
emit(
    "f(A: [4, 3], ids: i64[m, 2]) = sum(dot(A[pair[0]], A[pair[1]]) for pair in ids)", {"m": 3},
    [A, np.array([[0, 1], [3, 3], [-1, 2]])],
    lambda A, ids: total(jnp.dot(A[i], A[j]) for i, j in ids))
