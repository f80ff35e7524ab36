"""Makes arrays.jsonl: programs of array functions with the values, and for scalars the gradients, that NumPy and JAX
give them.

    pip install numpy jax && python3 arrays.py > arrays.jsonl

A line is {"program", "inputs": [{"type", "shape", "elements"}], "results": [...], "gradient": [...]}; a gradient is by the
float inputs, in order, or by those of "by". With "training", the program is checked as for training. Numbers that JSON does not have are strings. Licence: that of this project.
"""

import json
import math

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

jax.config.update("jax_enable_x64", True)

TYPES = {"float64": "f64", "float32": "f32", "int64": "i64", "int32": "i32", "bool": "bool"}


def number(value):
    value = float(value)
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return int(value) if value == int(value) and abs(value) < 1e15 else value


def array(value):
    value = np.asarray(value)
    return {
        "type": TYPES[str(value.dtype)],
        "shape": list(value.shape),
        "elements": [number(x) for x in value.reshape(-1)],
    }


def emit(program, inputs, reference, gradient=False):
    results = reference(*inputs)
    line = {"program": program, "inputs": [array(x) for x in inputs]}
    line["results"] = [array(r) for r in (results if isinstance(results, tuple) else (results,))]
    if gradient:
        places = tuple(i for i, x in enumerate(inputs) if np.asarray(x).dtype.kind == "f")
        floats = [jnp.asarray(x) for x in inputs]
        line["gradient"] = [array(g) for g in jax.grad(reference, argnums=places)(*floats)]
    print(json.dumps(line))


def header(name, inputs):
    names = "xyzuvw"
    parts = []
    for n, x in zip(names, inputs):
        x = np.asarray(x)
        element = TYPES[str(x.dtype)]
        shape = ", ".join(str(d) for d in x.shape)
        kind = ("" if element == "f64" else element) + (f"[{shape}]" if x.ndim else "")
        parts.append(f"{n}: {kind}" if kind else n)
    return f"{name}({', '.join(parts)})"


def case(body, inputs, reference, gradient=False):
    emit(f"{header('f', inputs)} = {body}", inputs, reference, gradient)


rng = np.random.default_rng(20261121)


def sample(*shape):
    return np.round(rng.normal(size=shape) * 4) / 4 if shape else float(np.round(rng.normal() * 4) / 4)


def smooth(*shape):
    return rng.normal(size=shape)


SHAPES = [(1,), (5,), (2, 3), (3, 1, 5), (0,), (2, 0, 3), (1, 1)]

# --- Shapes
for shape in SHAPES:
    x = sample(*shape)
    case("reshape(x, [-1, 1])" if x.size else "reshape(x, [0])", [x], lambda x: x.reshape(-1, 1) if x.size else x.reshape(0))
    case("transpose(x)", [x], np.transpose)
    case("x.T", [x], np.transpose)
    case("flip(x)", [x], np.flip)
    case("flip(x, axis: 0)", [x], lambda x: np.flip(x, 0))
    case("tile(x, 3)", [x], lambda x: np.tile(x, 3))
    case("tile(x, [2, 1, 2])", [x], lambda x: np.tile(x, [2, 1, 2]))
    case("repeat(x, 2)", [x], lambda x: np.repeat(x, 2))
    case("repeat(x, 3, axis: -1)", [x], lambda x: np.repeat(x, 3, axis=-1))
    case("repeat(x, 0, axis: 0)", [x], lambda x: np.repeat(x, 0, axis=0))
    case("concatenate(x, 2*x)", [x], lambda x: np.concatenate([x, 2 * x]))
    case("concatenate((x, x, x), axis: -1)", [x], lambda x: np.concatenate([x, x, x], axis=-1))
    case("stack(x, x + 1)", [x], lambda x: np.stack([x, x + 1]))
    case("stack(x, x + 1, axis: -1)", [x], lambda x: np.stack([x, x + 1], axis=-1))
    case("pad(x, 2)", [x], lambda x: np.pad(x, 2))
    case("pad(x, [0, 1], constant_values: 7)", [x], lambda x: np.pad(x, [0, 1], constant_values=7))
    if x.size:
        case('pad(x, [2, 1], mode: "edge")', [x], lambda x: np.pad(x, [2, 1], mode="edge"))
case("transpose(x, [1, 2, 0])", [sample(2, 3, 4)], lambda x: np.transpose(x, [1, 2, 0]))
case("transpose(x, axes: (0, -1, 1))", [sample(2, 3, 4)], lambda x: np.transpose(x, [0, 2, 1]))
case("swapaxes(x, 0, -1)", [sample(2, 3, 4)], lambda x: np.swapaxes(x, 0, -1))
case("reshape(x, [4, -1])", [sample(2, 2, 3)], lambda x: x.reshape(4, -1))
case("reshape(x, x.shape[::-1])", [sample(2, 1, 3)], lambda x: x.reshape(3, 1, 2))
case("reshape(x, [])", [sample(1, 1)], lambda x: x.reshape(()))
case("broadcast_to(x, [2, 3])", [sample(3)], lambda x: np.broadcast_to(x, (2, 3)))
case("broadcast_to(x, [2, 3])", [sample(2, 1)], lambda x: np.broadcast_to(x, (2, 3)))
case("flatten(x)", [sample(2, 3, 4)], lambda x: x.reshape(2, 12))
case("flatten(x)", [sample(0, 3)], lambda x: x)
case("flatten(x)", [sample(3)], lambda x: x.reshape(3, 1))
case("pad(x, [[1, 2], [0, 1]])", [sample(2, 3)], lambda x: np.pad(x, [[1, 2], [0, 1]]))
case('pad(x, [[2, 1], [0, 2]], mode: "reflect")', [sample(3, 4)], lambda x: np.pad(x, [[2, 1], [0, 2]], mode="reflect"))
case('pad(x, 3, mode: "reflect")', [sample(4)], lambda x: np.pad(x, 3, mode="reflect"))
case("split(x, 3)", [sample(6, 2)], lambda x: tuple(np.split(x, 3)))
case("split(x, [1, 4], axis: 1)", [sample(2, 6)], lambda x: tuple(np.split(x, [1, 4], axis=1)))

# --- Made of sizes
one = [sample(2)]
case("zeros(2, 3) + x[0]", one, lambda x: np.zeros((2, 3)) + x[0])
case("ones([3]) * x[0]", one, lambda x: np.ones(3) * x[0])
case("ones(x.shape) - x", one, lambda x: 1 - x)
case("full([2, 2], 1/3) + x", one, lambda x: np.full((2, 2), 1 / 3) + x)
case("full((3,2), x)", one, lambda x: np.full((3, 2), x))
case("zeros(0, 3) + x[0]", one, lambda x: np.zeros((0, 3)))
for n in (0, 1, 4):
    case(f"eye({n}) * x[0]", one, lambda x: np.eye(n) * x[0])
case("eye(3, 4, k: 1) * x[0]", one, lambda x: np.eye(3, 4, k=1) * x[0])
case("eye(4, 2, -2) * x[0]", one, lambda x: np.eye(4, 2, k=-2) * x[0])
case("arange(5)*x[0]", one, lambda x: np.arange(5) * x[0])
case("arange(2, 11, 3) + 0*sum(x > 100)", one, lambda x: np.arange(2, 11, 3))
case("arange(5, -1, -2) + 0*sum(x > 100)", one, lambda x: np.arange(5, -1, -2))
case("arange(3, 3) + 0*sum(x > 100)", one, lambda x: np.arange(3, 3))
case("arange(0, 1, 0.3) + 0*x[0]", one, lambda x: np.arange(0, 1, 0.3) + 0 * x[0])
for n in (0, 1, 2, 5):
    case(f"linspace(-1, 2, {n}) + 0*x[0]", one, lambda x: np.linspace(-1, 2, n))
case("linspace(x[0], x[1], num: 4)", one, lambda x: np.linspace(x[0], x[1], 4))
for n in (0, 1, 3):
    case("one_hot(x, 3) + 0.0", [rng.integers(0, 3, size=n)], lambda x: np.eye(3)[x])
case("one_hot(x, 4) + 0.0", [rng.integers(-1, 5, size=(2, 3)).astype(np.int32)], lambda x: (x[..., None] == np.arange(4)) + 0.0)

# --- Order
TIES = np.array([[3.0, 1.0, 3.0, 2.0, 1.0], [0.0, -0.0, 5.0, 5.0, 5.0]])
HOLES = np.array([2.0, np.nan, -np.inf, 1.0, np.inf, np.nan])
for x in [sample(1), sample(7), sample(2, 3), sample(3, 1, 5), sample(0), sample(2, 0), TIES, rng.integers(-3, 4, size=(3, 4))]:
    case("cumsum(x)", [x], np.cumsum)
    case("cumprod(x)", [x], np.cumprod)
    for axis in range(-x.ndim, x.ndim):
        case(f"cumsum(x, axis: {axis})", [x], lambda x: np.cumsum(x, axis=axis))
        case(f"cumprod(x, axis: {axis})", [x], lambda x: np.cumprod(x, axis=axis))
        case(f"sort(x, axis: {axis})", [x], lambda x: np.sort(x, axis=axis))
        case(f"argsort(x, axis: {axis})", [x], lambda x: np.argsort(x, axis=axis, kind="stable"))
        if x.size:
            case(f"argmax(x, axis: {axis})", [x], lambda x: np.argmax(x, axis=axis))
            case(f"argmin(x, axis: {axis}, keepdims: true)", [x], lambda x: np.argmin(x, axis=axis, keepdims=True))
    if x.size:
        case("argmax(x)", [x], np.argmax)
        case("argmin(x)", [x], np.argmin)
        case("argmax(x, keepdims: true)", [x], lambda x: np.argmax(x, keepdims=True))
case("sort(x)", [HOLES], np.sort)
case("argsort(x)", [HOLES], lambda x: np.argsort(x, kind="stable"))
case("argmax(x)", [HOLES], np.argmax)
case("argmin(x)", [HOLES], np.argmin)
case("max(x)", [HOLES], np.max)
case("min(x)", [HOLES], np.min)
case("top_k(x, 3)", [TIES], lambda x: (np.asarray(lax.top_k(x, 3)[0]), np.asarray(lax.top_k(x, 3)[1], np.int64)))
case("top_k(x, k: 0)", [sample(4)], lambda x: (x[:0], np.zeros(0, np.int64)))
case("sum(sort(x)*y)", [smooth(6), smooth(6)], lambda x, y: jnp.sum(jnp.sort(x) * y), gradient=True)
case("sum(cumprod(x, axis: 0)*y)", [smooth(4, 3), smooth(4, 3)], lambda x, y: jnp.sum(jnp.cumprod(x, axis=0) * y), gradient=True)
case("sum(cumsum(x, axis: 1)*y)", [smooth(2, 5), smooth(2, 5)], lambda x, y: jnp.sum(jnp.cumsum(x, axis=1) * y), gradient=True)

# --- Places
x, ids = sample(4, 3), np.array([3, 0, 0, -1])
case("take(x, y)", [x, np.array([11, 0, -12])], lambda x, y: np.take(x, y))
case("take(x, y, axis: 0)", [x, ids], lambda x, y: np.take(x, y, axis=0))
case("take(x, y, axis: 1)", [x, np.array([[2, 0], [1, 1]], np.int32)], lambda x, y: np.take(x, y, axis=1))
case("take(x, [], axis: 1)", [x], lambda x: x[:, :0])
case("take_along_axis(x, y, axis: 0)", [x, np.array([[0, 1, 2], [3, 3, 3]])], lambda x, y: np.take_along_axis(x, y, 0))
case("take_along_axis(x, y)", [x, np.array([[0], [1], [2], [-1]])], lambda x, y: np.take_along_axis(x, y, 1))
case("sum(take(x, y, axis: 0)^2)", [smooth(4, 3), ids], lambda x, y: jnp.sum(x[y] ** 2), gradient=True)
case("sum(take_along_axis(x, y)^3)", [smooth(3, 4), np.array([[0, 0], [1, -1], [3, 3]])],
     lambda x, y: jnp.sum(jnp.take_along_axis(x, y, 1) ** 3), gradient=True)

# --- Reductions
for x in [sample(5), sample(2, 3), sample(3, 1, 4), rng.integers(-3, 4, size=(2, 3)), rng.integers(0, 2, size=(2, 3)) == 1]:
    for name, f in [("sum", np.sum), ("prod", np.prod), ("mean", np.mean), ("var", np.var), ("std", np.std), ("norm", None)]:
        f = f or (lambda x, axis=None, keepdims=False: np.sqrt(np.sum(np.asarray(x, float) ** 2, axis=axis, keepdims=keepdims)))
        case(f"{name}(x)", [x], f)
        case(f"{name}(x, axis: -1)", [x], lambda x: f(x, axis=-1))
        case(f"{name}(x, axis: 0, keepdims: true)", [x], lambda x: f(x, axis=0, keepdims=True))
    if x.ndim == 3:
        case("sum(x, axis: (0, -1))", [x], lambda x: np.sum(x, axis=(0, -1)))
        case("mean(x, axis: leading)", [x], lambda x: np.mean(x, axis=(0, 1)))
        case("max(x, axis: [1, 2], keepdims: true)", [x], lambda x: np.max(x, axis=(1, 2), keepdims=True))
for shape in [(0,), (0, 3), (2, 0)]:
    x = sample(*shape)
    case("sum(x)", [x], np.sum)
    case("prod(x, axis: 0)", [x], lambda x: np.prod(x, axis=0))
    case("all(x > 0, axis: -1)", [x], lambda x: np.all(x > 0, axis=-1))
    case("any(x > 0)", [x], lambda x: np.any(x > 0))
    case("logsumexp(x)", [x], lambda x: np.float64(-np.inf))

# --- Activations and losses, with gradients
for shape in [(4,), (3, 5), (2, 1, 3)]:
    x, w = 3 * smooth(*shape), smooth(*shape)
    for name, f in [
        ("softmax", jax.nn.softmax), ("log_softmax", jax.nn.log_softmax), ("leaky_relu", jax.nn.leaky_relu),
        ("elu", jax.nn.elu), ("selu", jax.nn.selu), ("gelu", lambda x: jax.nn.gelu(x, approximate=False)),
        ("silu", jax.nn.silu), ("mish", jax.nn.mish), ("softsign", jax.nn.soft_sign),
        ("hard_sigmoid", jax.nn.hard_sigmoid), ("hard_tanh", jax.nn.hard_tanh), ("softplus", jax.nn.softplus),
    ]:
        case(f"sum({name}(x)*y)", [x, w], lambda x, y: jnp.sum(f(x) * y), gradient=True)
    case("softmax(1000*x)", [x], lambda x: np.asarray(jax.nn.softmax(1000 * x)))
    case("logsumexp(1000*x)", [x], lambda x: np.asarray(jax.nn.logsumexp(1000 * x)))
    case("sum(logsumexp(x, axis: 0)^2)", [x], lambda x: jnp.sum(jax.nn.logsumexp(x, axis=0) ** 2), gradient=True)
    case("sum(logsumexp(x, axis: -1, keepdims: true)*x)", [x],
         lambda x: jnp.sum(jax.nn.logsumexp(x, axis=-1, keepdims=True) * x), gradient=True)
case("logsumexp(x)", [np.array([-np.inf, -np.inf])], lambda x: np.float64(-np.inf))
case("logsumexp(x)", [np.array([-np.inf, 3.0])], lambda x: np.float64(3))
case("logsumexp(x)", [np.array([np.inf, 3.0])], lambda x: np.float64(np.inf))

p = jax.nn.softmax(jnp.asarray(smooth(4, 3)))
y = np.eye(3)[[0, 2, 1, 1]]
soft = np.asarray(jax.nn.softmax(jnp.asarray(smooth(4, 3))))
for target in (y, soft):
    case("sum(cross_entropy(softmax(x), y)*z)", [smooth(4, 3), target, smooth(4)],
         lambda x, y, z: -jnp.sum(jnp.sum(y * jax.nn.log_softmax(x), -1) * z), gradient=True)
    case("kl_divergence(x, y)", [np.asarray(p), target],
         lambda x, y: np.sum(np.where(y > 0, y * np.log(np.where(y > 0, y, 1)), 0) - y * np.log(x), -1))
case("mean(sparse_cross_entropy(softmax(x), y))", [smooth(4, 3), np.array([0, 2, 1, 1], np.int32)],
     lambda x, y: -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(x), y[:, None], 1)), gradient=True)
case("sparse_cross_entropy(x, y)", [np.asarray(p)[None], np.array([[0, 2, 1, -1]])],
     lambda x, y: -np.log(np.take_along_axis(x, y[..., None], -1))[..., 0])
case("mean(binary_cross_entropy(sigmoid(x), y))", [smooth(5), np.array([0, 1, 1, 0, 0.5])],
     lambda x, y: jnp.mean(jnp.maximum(x, 0) - x * y + jnp.log1p(jnp.exp(-jnp.abs(x)))), gradient=True)
case("sum(huber(x, y))", [smooth(6), 2 * smooth(6)],
     lambda x, y: jnp.sum(jnp.where(jnp.abs(x - y) <= 1, (x - y) ** 2 / 2, jnp.abs(x - y) - 0.5)), gradient=True)
case("squared_error(x, y)", [sample(2, 3), sample(3)], lambda x, y: (x - y) ** 2)
case("absolute_error(x, y)", [sample(2, 3), sample(2, 3)], lambda x, y: np.abs(x - y))
case("hinge(x, y)", [sample(4), np.array([1.0, -1, 1, -1])], lambda x, y: np.maximum(0, 1 - x * y))


# --- Convolutions and pooling
def padding_of(padding, rank):
    if isinstance(padding, str):
        return padding.upper()
    if isinstance(padding, int):
        return [(padding, padding)] * rank
    return [tuple(p) for p in padding]


def convolution(rank, stride=1, padding="valid", dilation=1, groups=1):
    letters = "HW"[:rank]
    strides = [stride] * rank if isinstance(stride, int) else stride
    dilations = [dilation] * rank if isinstance(dilation, int) else dilation

    def f(x, k):
        return lax.conv_general_dilated(
            x, k, strides, padding_of(padding, rank), rhs_dilation=dilations, feature_group_count=groups,
            dimension_numbers=(f"N{letters}C", f"{letters}IO", f"N{letters}C"))

    return f


def spell(value):
    return json.dumps(value)


CONVOLUTIONS = [
    (1, (2, 7, 3), (3, 3, 4), {}), (1, (1, 5, 1), (1, 1, 2), {}), (1, (2, 8, 4), (3, 2, 6), {"groups": 2}),
    (1, (2, 7, 2), (3, 2, 3), {"padding": "same"}), (1, (2, 7, 2), (4, 2, 3), {"padding": "same", "stride": 2}),
    (1, (1, 6, 2), (2, 2, 1), {"padding": "same", "stride": 3}), (1, (0, 5, 2), (3, 2, 2), {}),
    (1, (2, 9, 2), (3, 2, 2), {"dilation": 2, "padding": 1}), (1, (2, 3, 2), (3, 2, 1), {}),
    (2, (2, 5, 6, 3), (3, 2, 3, 4), {}), (2, (1, 7, 5, 2), (3, 3, 2, 3), {"stride": 2, "padding": "same"}),
    (2, (1, 6, 6, 4), (3, 3, 1, 4), {"groups": 4, "padding": 1}),
    (2, (1, 8, 7, 2), (2, 3, 2, 2), {"stride": [2, 1], "dilation": [1, 2], "padding": [[1, 0], [2, 1]]}),
    (2, (2, 4, 4, 1), (4, 4, 1, 3), {}), (2, (1, 5, 5, 6), (3, 3, 2, 6), {"groups": 3, "dilation": 2, "padding": 2}),
]
for rank, xs, ks, options in CONVOLUTIONS:
    words = "".join(f", {name}: {spell(value)}" for name, value in options.items())
    f = convolution(rank, **options)
    case(f"convolve(x, y{words})", [sample(*xs), sample(*ks)], lambda x, y: np.asarray(f(x, y)))
    if xs[0]:
        x, k = smooth(*xs), smooth(*ks)
        w = smooth(*np.shape(f(x, k)))
        case(f"sum(convolve(x, y{words})*z)", [x, k, w], lambda x, y, z: jnp.sum(f(x, y) * z), gradient=True)

TRANSPOSED = [
    (1, (2, 4, 3), (3, 5, 3), {}), (1, (1, 4, 2), (3, 2, 2), {"stride": 2}),
    (1, (1, 4, 2), (3, 2, 2), {"stride": 2, "padding": "same"}), (2, (1, 3, 4, 2), (3, 2, 3, 2), {"stride": 2}),
    (2, (1, 3, 3, 2), (3, 3, 1, 2), {"padding": "same", "stride": 2}), (2, (1, 3, 3, 2), (2, 2, 1, 2), {"padding": "same"}),
]
for rank, xs, ks, options in TRANSPOSED:
    words = "".join(f", {name}: {spell(value)}" for name, value in options.items())
    stride, padding = options.get("stride", 1), options.get("padding", "valid")
    forward = convolution(rank, stride=stride, padding=padding)
    if padding == "same":
        large = (xs[0],) + tuple(n * stride for n in xs[1:-1]) + (ks[-2],)
    else:
        large = (xs[0],) + tuple((n - 1) * stride + k for n, k in zip(xs[1:-1], ks)) + (ks[-2],)

    def adjoint(x, k):
        # The convolution goes from the outputs' channels to those of x.
        _, pull = jax.vjp(lambda y: forward(y, k), jnp.zeros(large))
        return pull(jnp.asarray(x))[0]

    case(f"convolve_transpose(x, y{words})", [sample(*xs), sample(*ks)], lambda x, y: np.asarray(adjoint(x, y)))


def pool(kind, rank, size, stride, padding):
    sizes = [size] * rank if isinstance(size, int) else size
    strides = [stride] * rank if isinstance(stride, int) else stride
    window, steps = (1, *sizes, 1), (1, *strides, 1)
    pads = padding_of(padding, rank)
    if not isinstance(pads, str):
        pads = [(0, 0)] + pads + [(0, 0)]

    def f(x):
        if kind == "max":
            return lax.reduce_window(x, -jnp.inf, lax.max, window, steps, pads)
        total = lambda a: lax.reduce_window(a, 0.0, lax.add, window, steps, pads)
        return total(x) / total(jnp.ones_like(x))

    return f


POOLS = [
    (1, (2, 6, 3), 2, None, "valid"), (1, (1, 7, 2), 3, 2, "valid"), (1, (2, 7, 1), 3, 2, "same"),
    (2, (2, 4, 6, 3), 2, None, "valid"), (2, (1, 5, 5, 2), 2, 2, "same"), (2, (1, 6, 5, 1), [3, 2], [1, 2], "valid"),
    (2, (1, 4, 4, 1), 3, 1, 1),
]
for rank, shape, size, stride, padding in POOLS:
    words = f", {spell(size)}"
    if stride is not None:
        words += f", stride: {spell(stride)}"
    if padding != "valid":
        words += f", padding: {spell(padding)}"
    for kind in ("max", "avg"):
        f = pool(kind, rank, size, size if stride is None else stride, padding)
        case(f"{kind}_pool(x{words})", [sample(*shape)], lambda x: np.asarray(f(x)))
        x = smooth(*shape)
        w = smooth(*np.shape(f(x)))
        case(f"sum({kind}_pool(x{words})*y)", [x, w], lambda x, y: jnp.sum(f(x) * y), gradient=True)

# --- Element types
i32, i64, f32 = np.array([7, -7, 0, 3], np.int32), np.array([2, 2, 0, -5]), np.array([1.5, -2.5, 0.5, 2], np.float32)
flags = np.array([True, False, True, True])


def quotient(x, y):
    return np.where(y == 0, 0, np.floor_divide(x, np.where(y == 0, 1, y)))


def remainder(x, y):
    return np.where(y == 0, 0, np.mod(x, np.where(y == 0, 1, y)))


for body, inputs, reference in [
    ("x + y", [i32, i64], lambda x, y: x + y), ("x*y", [i64, f32], lambda x, y: (x.astype(np.float32) * y)),
    ("x + y", [flags, i32], lambda x, y: (x.astype(np.int32) + y).astype(np.int32)),
    ("x + 1", [flags], lambda x: x + np.int64(1)), ("x + 1/2", [i32], lambda x: x + 0.5),
    ("x*0.1", [f32], lambda x: x * np.float32(0.1)), ("x/2", [i32], lambda x: x / 2),
    ("x//y", [i32, i64], quotient), ("mod(x, y)", [i32, i64], remainder),
    ("x//2", [i32], lambda x: (x // 2).astype(np.int32)), ("mod(x, -3)", [i64], lambda x: np.mod(x, -3)),
    ("x//2.5", [f32], lambda x: np.floor(x / np.float32(2.5))), ("x^3", [i32], lambda x: (x**3).astype(np.int32)),
    ("x^0", [i64], lambda x: x**0), ("x^-1", [np.array([1, 2, 4])], lambda x: 1 / x),
    ("x^0.5", [np.array([1, 4, 9])], lambda x: np.sqrt(x)), ("sum(x)", [flags], lambda x: np.int64(np.sum(x))),
    ("mean(x)", [flags], np.mean), ("mean(x)", [i32], np.mean), ("mean(x)", [f32], lambda x: np.mean(x)),
    ("-x", [flags], lambda x: -x.astype(np.int64)), ("x*y", [flags, f32], lambda x, y: x * y),
    ("where(x, y, z)", [flags, i32, f32], lambda x, y, z: np.where(x, y.astype(np.float32), z)),
    ("where(x, 1, y)", [flags, i32], lambda x, y: np.where(x, 1, y).astype(np.int32)),
    ("if sum(x) > 2 then y else 0.5", [flags, i32], lambda x, y: y.astype(float)),
    ("round(x)", [f32], np.round), ("x == y", [i32, f32], lambda x, y: x == y),
    ("max(x, y)", [i32, f32], lambda x, y: np.maximum(x.astype(np.float32), y)), ("[x[0], y[0]]", [i32, f32], lambda x, y: np.array([x[0], y[0]], np.float32)),
    ("sqrt(x^2)", [i32], lambda x: np.sqrt(x.astype(float) ** 2)), ("2147483647*x", [np.array([1, 2], np.int32)], lambda x: np.array([2147483647, -2], np.int32)),
    ("abs(x) + sign(x)", [i32], lambda x: np.abs(x) + np.sign(x)), ("x@y", [flags, i64], lambda x, y: x @ y),
    ("concatenate(x, y)", [i32, f32], lambda x, y: np.concatenate([x.astype(np.float32), y])),
]:
    case(body, inputs, reference)

# --- Products by NumPy's rules
for a, b in [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)), ((2, 1, 3, 4), (5, 4, 2)), ((0, 3), (3, 2)), ((2, 0), (0, 3)), ((1, 1), (1, 5))]:
    case("x @ y", [sample(*a), sample(*b)], lambda x, y: np.matmul(x, y))
for body, shapes in [
    ("ii->i", [(3, 3)]), ("ii", [(4, 4)]), ("iij->j", [(2, 2, 3)]), ("ij,jj->i", [(2, 3), (3, 3)]), ("...i,i->...", [(2, 3, 4), (4,)]),
    ("...ij,...jk->...ik", [(5, 2, 3), (3, 4)]), ("i...->...", [(3, 2)]), ("...->...", [(2, 3)]), ("b...i,...ij->b...j", [(2, 3, 4), (3, 4, 2)]),
    ("...i,...i", [(2, 3), (1, 3)]), ("iji->j", [(3, 2, 3)]),
]:
    inputs = [sample(*s) for s in shapes]
    names = ", ".join("xyz"[: len(inputs)])
    case(f'einsum("{body}", {names})', inputs, lambda *a: np.einsum(body, *a))

# --- Layers: the weights come after the function's own inputs, by path


def network(program, inputs, weights, reference, training=False):
    paths = sorted(weights)
    values = [weights[path] for path in paths]

    def f(*arguments):
        return reference(*arguments[: len(inputs)], dict(zip(paths, arguments[len(inputs):])))

    line = {"program": program, "inputs": [array(x) for x in inputs + values], "training": training, "by": ["params"]}
    line["results"] = [array(f(*inputs, *values))]
    chosen = [i + len(inputs) for i, path in enumerate(paths) if "moving" not in path]
    gradient = jax.grad(f, argnums=tuple(chosen))(*[jnp.asarray(x) for x in inputs + values])
    line["gradient"] = [array(g) for g in gradient]
    print(json.dumps(line))


def cross_entropy(z, y):
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(z), y[:, None], 1))


labels = np.array([2, 0, 1, 1], np.int32)
network(
    """net(x: [m, 2, 3]) = x |> flatten |> dense(5) |> tanh |> dense(4, relu) |> dense(3) |> softmax
loss(x: [m, 2, 3], y: i32[m]) = mean(sparse_cross_entropy(net(x), y))""",
    [smooth(4, 2, 3), labels],
    {"net.dense_1.W": smooth(6, 5), "net.dense_1.b": smooth(5), "net.dense_2.W": smooth(5, 4), "net.dense_2.b": smooth(4),
     "net.dense_3.W": smooth(4, 3), "net.dense_3.b": smooth(3)},
    lambda x, y, p: cross_entropy(
        jax.nn.relu(jnp.tanh(x.reshape(4, 6) @ p["net.dense_1.W"] + p["net.dense_1.b"]) @ p["net.dense_2.W"]
                    + p["net.dense_2.b"]) @ p["net.dense_3.W"] + p["net.dense_3.b"], y))

convolved = convolution(2)
network(
    """net(x: [m, 6, 6, 1]) = x |> conv2d(2, 3, activation: relu) |> max_pool(2) |> flatten |> dense(3)
loss(x: [m, 6, 6, 1], y: i32[m]) = mean(sparse_cross_entropy(net(x) |> softmax, y))""",
    [smooth(4, 6, 6, 1), labels],
    {"net.conv2d_1.K": smooth(3, 3, 1, 2), "net.conv2d_1.b": smooth(2), "net.dense_1.W": smooth(8, 3), "net.dense_1.b": smooth(3)},
    lambda x, y, p: cross_entropy(
        pool("max", 2, 2, 2, "valid")(jax.nn.relu(convolved(x, p["net.conv2d_1.K"]) + p["net.conv2d_1.b"])).reshape(4, 8)
        @ p["net.dense_1.W"] + p["net.dense_1.b"], y))


def normalised(x, p, path, training):
    mu = jnp.mean(x, 0) if training else p[path + ".moving_mean"]
    v = jnp.var(x, 0) if training else p[path + ".moving_var"]
    return p[path + ".scale"] * (x - mu) / jnp.sqrt(v + 1e-3) + p[path + ".shift"]


for training in (False, True):
    network(
        "f(x: [m, 3], w: [m, 2]) = sum((x |> batch_norm |> dense(2) |> batch_norm)*w)",
        [smooth(5, 3), smooth(5, 2)],
        {"f.batch_norm_1.scale": smooth(3), "f.batch_norm_1.shift": smooth(3), "f.batch_norm_1.moving_mean": smooth(3),
         "f.batch_norm_1.moving_var": smooth(3) ** 2, "f.batch_norm_2.scale": smooth(2), "f.batch_norm_2.shift": smooth(2),
         "f.batch_norm_2.moving_mean": smooth(2), "f.batch_norm_2.moving_var": smooth(2) ** 2, "f.dense_1.W": smooth(3, 2),
         "f.dense_1.b": smooth(2)},
        lambda x, w, p: jnp.sum(
            normalised(normalised(x, p, "f.batch_norm_1", training) @ p["f.dense_1.W"] + p["f.dense_1.b"], p,
                       "f.batch_norm_2", training) * w),
        training=training)
