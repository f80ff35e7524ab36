"""Makes loops.jsonl: what JAX computes with lax.scan for programs with loops, with first and second derivatives.

    pip install jax && python3 loops.py > loops.jsonl

One line a program: its text, the sizes and inputs, its value, the gradient, a direction, and the Hessian times that.
"""

import json

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import numpy as np
from jax import lax

random = np.random.default_rng(20261121)


def array(*shape, low=-1.0, high=1.0):
    return np.round(random.uniform(low, high, shape), 4)


def flat(values):
    return [float(v) for v in np.asarray(values, dtype=np.float64).reshape(-1)]


def emit(name, text, function, sizes=None, **inputs):
    arguments = [jnp.asarray(v) for v in inputs.values()]
    names = list(inputs)
    every = tuple(range(len(names)))
    value = function(*arguments)
    gradient = jax.grad(function, every)(*arguments)
    direction = [jnp.asarray(array(*a.shape)) for a in arguments]
    _, second = jax.jvp(jax.grad(function, every), tuple(arguments), tuple(direction))
    print(
        json.dumps(
            {
                "id": name,
                "text": text,
                "sizes": sizes or {},
                "inputs": {n: flat(a) for n, a in zip(names, arguments)},
                "value": flat(value)[0],
                "gradient": {n: flat(g) for n, g in zip(names, gradient)},
                "direction": {n: flat(d) for n, d in zip(names, direction)},
                "second": {n: flat(s) for n, s in zip(names, second)},
            }
        )
    )


# Recurrent networks

RNN = """loss(x: [t, m, i], h0: [m, n], W: [i, n], U: [n, n], b: [n]) {
    h = h0
    for xt in x { h = tanh(xt @ W + h @ U + b) }
    sum(h^2)
}"""


def rnn(x, h0, W, U, b):
    h, _ = lax.scan(lambda h, xt: (jnp.tanh(xt @ W + h @ U + b), None), h0, x)
    return jnp.sum(h**2)


for t in (0, 1, 2, 7):
    emit(
        f"rnn of {t} steps", RNN, rnn, {"t": t, "m": 3, "i": 2, "n": 4},
        x=array(t, 3, 2), h0=array(3, 4), W=array(2, 4), U=array(4, 4), b=array(4),
    )

STATES = """loss(x: [t, m, i], h0: [m, n], W: [i, n], U: [n, n], v: [t, n]) {
    h = h0
    hs = for xt in x { h = tanh(xt @ W + h @ U); h }
    sum(einsum("tmn,tn->tm", hs, v)^2)
}"""


def states(x, h0, W, U, v):
    def step(h, xt):
        h = jnp.tanh(xt @ W + h @ U)
        return h, h

    _, hs = lax.scan(step, h0, x)
    return jnp.sum(jnp.einsum("tmn,tn->tm", hs, v) ** 2)


emit(
    "states", STATES, states, {"t": 5, "m": 2, "i": 3, "n": 3},
    x=array(5, 2, 3), h0=array(2, 3), W=array(3, 3), U=array(3, 3), v=array(5, 3),
)

LSTM = """loss(x: [t, i], h0: [n], c0: [n], W: [4, i, n], U: [4, n, n], b: [4, n]) {
    h = h0
    c = c0
    for xt in x {
        f = sigmoid(xt @ W[0] + h @ U[0] + b[0])
        g = sigmoid(xt @ W[1] + h @ U[1] + b[1])
        o = sigmoid(xt @ W[2] + h @ U[2] + b[2])
        c = f*c + g*tanh(xt @ W[3] + h @ U[3] + b[3])
        h = o*tanh(c)
    }
    sum(h) + sum(c^2)
}"""


def lstm(x, h0, c0, W, U, b):
    def step(state, xt):
        h, c = state
        f, g, o = (jax.nn.sigmoid(xt @ W[k] + h @ U[k] + b[k]) for k in range(3))
        c = f * c + g * jnp.tanh(xt @ W[3] + h @ U[3] + b[3])
        return (o * jnp.tanh(c), c), None

    (h, c), _ = lax.scan(step, (h0, c0), x)
    return jnp.sum(h) + jnp.sum(c**2)


emit(
    "lstm", LSTM, lstm, {"t": 6, "i": 3, "n": 2},
    x=array(6, 3), h0=array(2), c0=array(2), W=array(4, 3, 2), U=array(4, 2, 2), b=array(4, 2),
)

# Differential equations

EULER = """loss(u, v, a, b, target: [40]) {
    error = 0
    for y in target {
        (u, v) = (u + 0.05*(a*u - u*v), v + 0.05*(u*v - b*v))
        error = error + (u - y)^2
    }
    error
}"""


def euler(u, v, a, b, target):
    def step(state, y):
        u, v, error = state
        u, v = u + 0.05 * (a * u - u * v), v + 0.05 * (u * v - b * v)
        return (u, v, error + (u - y) ** 2), None

    (_, _, error), _ = lax.scan(step, (u, v, 0.0), target)
    return error


emit("predators and prey by Euler's method", EULER, euler, u=array(), v=array(), a=array(), b=array(), target=array(40))

RUNGE_KUTTA = """swing(angle, speed, k) = [speed, -k*sin(angle) - 0.1*speed]
energy(y: [2], k) {
    for i in 0..<50 {
        k1 = swing(y[0], y[1], k)
        y2 = y + 0.05*k1
        k2 = swing(y2[0], y2[1], k)
        y3 = y + 0.05*k2
        k3 = swing(y3[0], y3[1], k)
        y4 = y + 0.1*k3
        k4 = swing(y4[0], y4[1], k)
        y = y + 0.1/6*(k1 + 2*k2 + 2*k3 + k4)
    }
    y[1]^2/2 - k*cos(y[0])
}"""


def runge_kutta(y, k):
    def slope(y):
        return jnp.stack([y[1], -k * jnp.sin(y[0]) - 0.1 * y[1]])

    def step(y, _):
        k1 = slope(y)
        k2 = slope(y + 0.05 * k1)
        k3 = slope(y + 0.05 * k2)
        k4 = slope(y + 0.1 * k3)
        return y + 0.1 / 6 * (k1 + 2 * k2 + 2 * k3 + k4), None

    y, _ = lax.scan(step, y, None, length=50)
    return y[1] ** 2 / 2 - k * jnp.cos(y[0])


emit("a pendulum by the method of Runge and Kutta", RUNGE_KUTTA, runge_kutta, y=array(2), k=array(low=0.5, high=2))

# Iterations

NEWTON = """root(a, k) {
    x = a
    for i in 0..<8 { x = x - (x^3 + k*x - a)/(3*x^2 + k) }
    x
}"""


def newton(a, k):
    x, _ = lax.scan(lambda x, _: (x - (x**3 + k * x - a) / (3 * x**2 + k), None), a, None, length=8)
    return x


emit("Newton's iteration", NEWTON, newton, a=array(low=1, high=2), k=array(low=1, high=2))

KALMAN = """likelihood(z: [n], q, r) {
    x = 0
    p = 1
    l = 0
    for zi in z {
        p = p + exp(q)
        s = p + exp(r)
        l = l - (log(s) + (zi - x)^2/s)/2
        gain = p/s
        x = x + gain*(zi - x)
        p = (1 - gain)*p
    }
    l
}"""


def kalman(z, q, r):
    def step(state, zi):
        x, p, l = state
        p = p + jnp.exp(q)
        s = p + jnp.exp(r)
        l = l - (jnp.log(s) + (zi - x) ** 2 / s) / 2
        gain = p / s
        return (x + gain * (zi - x), (1 - gain) * p, l), None

    (_, _, l), _ = lax.scan(step, (0.0, 1.0, 0.0), z)
    return l


emit("a Kalman filter", KALMAN, kalman, {"n": 20}, z=array(20), q=array(), r=array())

MARKOV = """likelihood(start: [k], A: [k, k], B: [n, k]) {
    a = start
    for b in B { a = b + log(sum(exp(a[:, newaxis] + A), axis: 0)) }
    log(sum(exp(a)))
}"""


def markov(start, A, B):
    def step(a, b):
        return b + jax.scipy.special.logsumexp(a[:, None] + A, axis=0), None

    a, _ = lax.scan(step, start, B)
    return jax.scipy.special.logsumexp(a)


emit("a hidden Markov model", MARKOV, markov, {"k": 3, "n": 6}, start=array(3), A=array(3, 3), B=array(6, 3))

# Loops in loops, branches, outputs

NESTED = """energy(A: [m, n], v: [n], w) {
    s = w
    for row in A {
        t = s
        for a in row, vi in v { t = sin(t*a + vi) }
        s = s*0.5 + t
    }
    s^2
}"""


def nested(A, v, w):
    def outer(s, row):
        t, _ = lax.scan(lambda t, p: (jnp.sin(t * p[0] + p[1]), None), s, (row, v))
        return s * 0.5 + t, None

    s, _ = lax.scan(outer, w, A)
    return s**2


emit("a loop in a loop", NESTED, nested, {"m": 4, "n": 5}, A=array(4, 5), v=array(5), w=array())

BRANCH = """rectified(x: [n], a) {
    s = 0
    ys = for xi in x {
        s = if s + xi > 0 then a*(s + xi) else exp(s + xi) - 1
        s*xi
    }
    sum(ys) + s
}"""


def branch(x, a):
    def step(s, xi):
        s = jnp.where(s + xi > 0, a * (s + xi), jnp.exp(s + xi) - 1)
        return s, s * xi

    s, ys = lax.scan(step, 0.0, x)
    return jnp.sum(ys) + s


emit("branches", BRANCH, branch, {"n": 12}, x=array(12), a=array(low=0.2, high=0.9))

TUPLES = """moments(x: [n], k) {
    (a, b) = (0, 1)
    (us, vs) = for xi in x {
        (a, b) = (a + xi*b, b*cos(k*xi))
        (a*b, a - b)
    }
    sum(us*vs) + a*b
}"""


def tuples(x, k):
    def step(state, xi):
        a, b = state
        a, b = a + xi * b, b * jnp.cos(k * xi)
        return (a, b), (a * b, a - b)

    (a, b), (us, vs) = lax.scan(step, (0.0, 1.0), x)
    return jnp.sum(us * vs) + a * b


emit("tuples", TUPLES, tuples, {"n": 9}, x=array(9), k=array())
