"""Makes operations.jsonl: what JAX computes for the graph's structural operations, with first and second derivatives.

    pip install jax && python3 operations.py > operations.jsonl

One line a program: its text, the inputs, the values of its one result; for real inputs also a cotangent of the result, the
gradient that it pulls back, a direction of the inputs, and the derivative of that gradient along it. Everything is
computed in double precision, from operands that the program's own element type holds exactly.
"""

import itertools
import json
import math

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import numpy as np

random = np.random.default_rng(20261121)
FLOATS = ("f64", "f32")
INTEGERS = ("i64", "i32")


def type_text(element, shape):
    return element + ("[" + ", ".join(map(str, shape)) + "]" if shape else "")


def numbers(element, shape):
    """Sixteenths, which every float holds, as many different ones as there are; small integers with repetitions."""
    size = math.prod(shape)
    if element in FLOATS:
        return (random.permutation(max(64, 2 * size))[:size].reshape(shape) - 31.5) / 16
    return random.integers(-4, 5, shape)


def flat(values):
    array = np.asarray(values)
    if array.dtype.kind in "iub":
        return [int(v) for v in array.reshape(-1)]
    return [v if math.isfinite(v) else str(v) for v in map(float, array.reshape(-1))]


def emit(name, element, arrays, body, function, result):
    """`arrays`: the inputs by name; `body`: the lines after the parameters, without numbers for the last."""
    lines, inputs = [], []
    for number, (key, array) in enumerate(arrays.items()):
        own = element if array.dtype.kind == "f" or key in ("x", "k", "u") else "i64"
        if array.dtype.kind == "b":
            own = "bool"
        lines.append(f'%{number} = parameter "{key}" : {type_text(own, array.shape)}')
        inputs.append({"name": key, "element": own, "values": flat(array)})
    lines += body
    lines.append(f'return "y" = %{len(arrays) + len(body) - 1}')
    text = "program {\n  " + "\n  ".join(lines) + "\n}\n"
    case = {"id": f"{name} {element}", "program": text, "inputs": inputs}
    values = [jnp.asarray(array) for array in arrays.values()]
    out = function(*values)
    assert out.shape == tuple(result), (name, out.shape, result)
    case["values"] = flat(out)
    real = [i for i, a in enumerate(arrays.values()) if a.dtype.kind == "f"]
    if element in FLOATS and out.dtype.kind == "f" and real:
        cotangent = numbers("f64", out.shape)

        def pull(*parts):
            whole = list(values)
            for position, part in zip(real, parts):
                whole[position] = part
            return jnp.sum(function(*whole) * cotangent)

        points = [values[i] for i in real]
        directions = [numbers("f64", values[i].shape) for i in real]
        gradient = jax.grad(pull, argnums=tuple(range(len(real))))
        first, second = jax.jvp(gradient, points, [jnp.asarray(d) for d in directions])
        names = list(arrays)
        case["cotangent"] = flat(cotangent)
        case["gradient"] = {names[i]: flat(g) for i, g in zip(real, first)}
        case["direction"] = {names[i]: flat(d) for i, d in zip(real, directions)}
        case["second"] = {names[i]: flat(g) for i, g in zip(real, second)}
    print(json.dumps(case, separators=(",", ":")))


def places(text, count):
    """The next free node, as a line of the body."""
    return f"%{count} = {text}"


# Gather and scatter.


def chosen(batch, axes, array_rank):
    rest = [a for a in range(batch, array_rank) if a not in axes]
    return list(range(batch)) + list(axes) + rest


def index_tuple(batch, indices):
    rank = indices[0].ndim
    leading = [jnp.arange(indices[0].shape[a]).reshape([-1 if i == a else 1 for i in range(rank)]) for a in range(batch)]
    return tuple(leading) + tuple(indices)


def gather(batch, axes):
    return lambda x, *indices: x.transpose(chosen(batch, axes, x.ndim))[index_tuple(batch, indices)]


def scatter(batch, axes, shape):
    order = chosen(batch, axes, len(shape))

    def function(u, *indices):
        zeros = jnp.zeros([shape[a] for a in order], u.dtype)
        return zeros.at[index_tuple(batch, indices)].add(u).transpose(np.argsort(order))

    return function


GATHERS = [
    # the array, the batch axes, the indexed axes, the shape of the indices
    ((5,), 0, (0,), ()),
    ((5,), 0, (0,), (7,)),
    ((5, 3), 0, (0,), (4,)),
    ((5, 3), 0, (1,), (2, 2)),
    ((4, 3), 0, (0, 1), (6,)),
    ((2, 5, 3), 1, (1,), (2, 4)),
    ((2, 5, 3), 1, (2,), (2,)),
    ((3, 2, 4), 0, (0, 2), (5,)),
    ((2, 3, 4), 2, (2,), (2, 3, 2)),
    ((2, 3, 2, 2), 0, (0, 1, 2), (3,)),
    ((1, 1), 0, (0,), (3,)),
    ((5, 0), 0, (0,), (2,)),
    ((3, 2), 0, (0,), (0,)),
    ((0, 3), 1, (1,), (0, 2)),
]

for shape, batch, axes, index_shape in GATHERS:
    indices = {f"i{n}": random.integers(-shape[a], shape[a], index_shape) for n, a in enumerate(axes)}
    rest = [shape[a] for a in range(batch, len(shape)) if a not in axes]
    result = list(index_shape) + rest
    attributes = f"(batch {batch}" + "".join(f", {a}" for a in axes) + ")"
    # JAX drops what lies outside, and wraps negative ones as we do.
    for element in FLOATS + INTEGERS:
        count = 1 + len(indices)
        operands = ", ".join(f"%{n}" for n in range(count))
        label = f"{list(shape)} {attributes} {list(index_shape)}"
        line = f"gather{attributes} {operands} : {type_text(element, result)}"
        emit(f"gather {label}", element, {"x": numbers(element, shape), **indices}, [places(line, count)],
             gather(batch, axes), result)
        line = f"scatter{attributes} {operands} : {type_text(element, shape)}"
        emit(f"scatter {label}", element, {"u": numbers(element, result), **indices}, [places(line, count)],
             scatter(batch, axes, shape), shape)

# Views and their transposes.


def view_indices(axes, shape):
    grid = np.indices(shape) if shape else np.zeros((0,), int)
    return tuple(start + sum(step * grid[n] for n, step in enumerate(steps)) for start, steps in axes)


VIEWS = [
    # the array, (start, steps) for each of its axes, the view
    ((4, 4), [(0, [1]), (0, [1])], (4,)),
    ((4, 4), [(0, [1]), (3, [-1])], (4,)),
    ((7,), [(0, [1, 1])], (5, 3)),
    ((9,), [(1, [2, 3])], (3, 2)),
    ((6,), [(5, [-1, -2])], (2, 3)),
    ((3, 5), [(0, [1, 0, 0]), (0, [0, 1, 1])], (3, 3, 3)),
    ((3, 3, 3), [(0, [1, 0]), (0, [1, 0]), (0, [0, 1])], (3, 3)),
    ((4,), [(2, [0])], (3,)),
    ((4,), [(1, [])], ()),
    ((1, 1), [(0, [5]), (0, [-3])], (1,)),
    ((0, 2), [(0, [1]), (0, [1])], (0,)),
]

for shape, axes, result in VIEWS:
    attributes = "(" + ", ".join(f"{start} by {steps}" for start, steps in axes) + ")"
    where = view_indices(axes, result)
    if 0 in shape:
        where = tuple(np.zeros(result, int) for _ in shape)
    for element in FLOATS + INTEGERS:
        line = f"view{attributes} %0 : {type_text(element, result)}"
        emit(f"view {list(shape)} {attributes} {list(result)}", element, {"x": numbers(element, shape)},
             [places(line, 1)], (lambda x: x[where]) if 0 not in shape else (lambda x: jnp.zeros(result, x.dtype) + 0 * jnp.sum(x)), result)
        line = f"accumulate{attributes} %0 : {type_text(element, shape)}"
        emit(f"accumulate {list(shape)} {attributes} {list(result)}", element, {"u": numbers(element, result)},
             [places(line, 1)], lambda u: jnp.zeros(shape, u.dtype).at[where].add(u) if 0 not in shape else jnp.zeros(shape, u.dtype),
             shape)

# Along one axis.


def cumulative(kind, axis, is_reversed):
    combine = jnp.add if kind == "sum" else jnp.multiply
    return lambda x: jax.lax.associative_scan(combine, x, axis=axis, reverse=is_reversed) if x.size else x


for shape, axis in [((5,), 0), ((1,), 0), ((0,), 0), ((2, 3), 0), ((2, 3), 1), ((3, 4, 2), 1), ((3, 0, 2), 1), ((2, 7), 1), ((40,), 0)]:
    for kind, is_reversed, element in itertools.product(("sum", "product"), (False, True), FLOATS + INTEGERS):
        attributes = f"({kind}, {axis}{', reversed' if is_reversed else ''})"
        x = numbers(element, shape)
        if x.size == 40:
            x = np.where(x < 0, -1, 1).astype(x.dtype)
        line = f"cumulative{attributes} %0 : {type_text(element, shape)}"
        emit(f"cumulative {list(shape)} {attributes}", element, {"x": x}, [places(line, 1)],
             cumulative(kind, axis, is_reversed), shape)

# Products with one, two and three zeros.
for zeros, is_reversed in itertools.product(([2], [1, 3], [0, 2, 5], [5]), (False, True)):
    x = numbers("f64", (6,))
    x[zeros] = 0
    attributes = f"(product, 0{', reversed' if is_reversed else ''})"
    emit(f"cumulative [6] {attributes} zeros {zeros}", "f64", {"x": x},
         [places(f"cumulative{attributes} %0 : f64[6]", 1)], cumulative("product", 0, is_reversed), (6,))

for shape, axis in [((5,), 0), ((1,), 0), ((2, 3), 0), ((2, 5), 1), ((3, 4, 2), 1), ((0, 3), 1)]:
    rest = shape[:axis] + shape[axis + 1 :]
    for element, kind in itertools.product(FLOATS + INTEGERS, ("min", "max")):
        x = numbers(element, shape)
        find = jnp.argmin if kind == "min" else jnp.argmax
        emit(f"argreduce {list(shape)} ({kind}, {axis})", element, {"x": x},
             [places(f"argreduce({kind}, {axis}) %0 : {type_text('i64', rest)}", 1)], lambda x: find(x, axis), rest)
    for element in FLOATS + INTEGERS:
        emit(f"argsort {list(shape)} ({axis})", element, {"x": numbers(element, shape)},
             [places(f"argsort({axis}) %0 : {type_text('i64', shape)}", 1)], lambda x: jnp.argsort(x, axis, stable=True),
             shape)

for values in ([1.0, math.nan, 3.0, math.nan, 2.0], [-0.0, 0.0, math.inf, -math.inf, -0.0], [math.nan, math.nan]):
    x, n = np.array(values), len(values)
    for kind, find in (("min", jnp.argmin), ("max", jnp.argmax)):
        emit(f"argreduce {values} {kind}", "f64", {"x": x}, [places(f"argreduce({kind}, 0) %0 : i64", 1)], find, ())
    emit(f"argsort {values}", "f64", {"x": x}, [places(f"argsort(0) %0 : i64[{n}]", 1)],
         lambda x: jnp.argsort(x, stable=True), (n,))

# A sort is the gather of its order; its three largest are a slice of that, turned round.
for element in FLOATS:
    emit("sort [7]", element, {"x": numbers(element, (7,))},
         ["%1 = argsort(0) %0 : i64[7]", f"%2 = gather(batch 0, 0) %0, %1 : {element}[7]"], jnp.sort, (7,))
    emit("sort [2, 5]", element, {"x": numbers(element, (2, 5))},
         ["%1 = argsort(1) %0 : i64[2, 5]", f"%2 = gather(batch 1, 1) %0, %1 : {element}[2, 5]"], jnp.sort, (2, 5))
    emit("top 3 of [7]", element, {"x": numbers(element, (7,))},
         ["%1 = argsort(0) %0 : i64[7]", "%2 = slice(6 step -1 count 3) %1 : i64[3]",
          f"%3 = gather(batch 0, 0) %0, %2 : {element}[3]"], lambda x: jnp.sort(x)[::-1][:3], (3,))

# Reductions, with ties: an even share for each, or all for the first in row-major order of the reduced axes.


def first(kind, axes):
    def function(x):
        kept = [a for a in range(x.ndim) if a not in axes]
        flat_x = x.transpose(kept + list(axes)).reshape([x.shape[a] for a in kept] + [math.prod(x.shape[a] for a in axes)])
        find = jnp.argmin if kind == "firstMin" else jnp.argmax
        place = jax.lax.stop_gradient(find(flat_x, axis=-1))
        return jnp.take_along_axis(flat_x, place[..., None], axis=-1)[..., 0]

    return function


REDUCTIONS = {"sum": jnp.sum, "product": jnp.prod, "min": jnp.min, "max": jnp.max}
for shape, axes in [((5,), (0,)), ((1,), (0,)), ((2, 3), (0,)), ((2, 3), (1,)), ((2, 3), (0, 1)), ((3, 2, 4), (0, 2)), ((2, 2, 3), (1,)), ((0, 3), (1,))]:
    rest = [shape[a] for a in range(len(shape)) if a not in axes]
    for element, kind in itertools.product(FLOATS + INTEGERS, ("sum", "product", "min", "max", "firstMin", "firstMax")):
        function = first(kind, axes) if kind.startswith("first") else lambda x, f=REDUCTIONS.get(kind): f(x, axis=axes)
        variants = [("", numbers(element, shape))]
        if element == "f64" and kind not in ("sum", "product"):
            variants.append((" ties", np.round(numbers(element, shape) / 2)))
        for label, x in variants:
            emit(f"reduce {list(shape)} {kind} {list(axes)}{label}", element, {"x": x},
                 [places(f"reduce({kind}, {', '.join(map(str, axes))}) %0 : {type_text(element, rest)}", 1)], function, rest)

# Convolutions.


def convolve(windows):
    def function(x, k):
        rank = len(windows)
        groups, channels = x.shape[-2:]
        outputs = k.shape[-1]
        left = x.reshape(x.shape[: rank + 1] + (groups * channels,))
        right = jnp.moveaxis(k, rank, rank + 1).reshape(k.shape[:rank] + (channels, groups * outputs))
        space = "DHW"[3 - rank :]
        out = jax.lax.conv_general_dilated(
            left.astype(jnp.float64), right.astype(jnp.float64), [w[0] for w in windows],
            [(w[1], w[2]) for w in windows], lhs_dilation=[w[3] for w in windows],
            rhs_dilation=[w[4] for w in windows], dimension_numbers=(f"N{space}C", f"{space}IO", f"N{space}C"),
            feature_group_count=groups)
        return out.reshape(out.shape[: rank + 1] + (groups, outputs)).astype(x.dtype)

    return function


CONVOLUTIONS = [
    # batch, space, groups, channels, outputs, window, (stride, low, high, input dilation, kernel dilation)
    (1, (5,), 1, 1, 1, (3,), [(1, 0, 0, 1, 1)]),
    (2, (5,), 1, 2, 3, (3,), [(1, 1, 1, 1, 1)]),
    (1, (7,), 1, 2, 9, (2,), [(2, 1, 0, 1, 1)]),
    (1, (7,), 1, 1, 2, (3,), [(3, 0, 1, 1, 2)]),
    (2, (4,), 1, 2, 1, (3,), [(1, 2, 1, 3, 1)]),
    (1, (6,), 2, 2, 2, (3,), [(2, 1, 1, 1, 1)]),
    (2, (5,), 3, 1, 1, (2,), [(1, 0, 0, 1, 1)]),
    (1, (6,), 1, 1, 1, (2,), [(1, -1, -2, 1, 1)]),
    (1, (8,), 1, 1, 1, (2,), [(3, -1, 2, 2, 3)]),
    (2, (4, 5), 1, 2, 3, (3, 2), [(1, 1, 1, 1, 1), (2, 0, 1, 1, 1)]),
    (1, (5, 6), 2, 2, 3, (2, 3), [(2, 0, 1, 2, 1), (1, 2, 0, 1, 2)]),
    (1, (5, 4), 3, 1, 2, (3, 3), [(1, 1, 1, 1, 1), (1, 1, 1, 1, 1)]),
    (1, (3, 4, 3), 1, 2, 2, (2, 2, 2), [(1, 1, 0, 1, 1), (2, 0, 0, 1, 1), (1, 0, 0, 2, 1)]),
    (1, (1,), 1, 1, 1, (1,), [(1, 0, 0, 1, 1)]),
    (2, (3,), 1, 2, 2, (3,), [(5, 0, 0, 1, 1)]),
    (0, (5,), 1, 2, 2, (3,), [(1, 0, 0, 1, 1)]),
    (2, (5,), 1, 2, 0, (3,), [(1, 0, 0, 1, 1)]),
]

for batch, space, groups, channels, outputs, window, windows in CONVOLUTIONS:
    shape = (batch, *space, groups, channels)
    kernel = (*window, groups, channels, outputs)
    positions = [
        ((s - 1) * w[3] + 1 + w[1] + w[2] - (k - 1) * w[4] - 1) // w[0] + 1 for s, k, w in zip(space, window, windows)
    ]
    result = (batch, *positions, groups, outputs)
    attributes = ", ".join(f"stride {s} low {l} high {h} input {i} kernel {k}" for s, l, h, i, k in windows)
    for element in FLOATS + INTEGERS:
        line = f"convolve({attributes}) %0, %1 : {type_text(element, result)}"
        function = convolve(windows)
        if 0 in shape + kernel:
            function = lambda x, k: jnp.zeros(result, x.dtype) + 0 * (jnp.sum(x) + jnp.sum(k))
        emit(f"convolve {list(shape)} {list(kernel)} ({attributes})", element,
             {"x": numbers(element, shape), "k": numbers(element, kernel)}, [places(line, 2)], function, result)

# Numbers in order, and other element types.
for element, count in itertools.product(INTEGERS, (0, 1, 5)):
    emit(f"iota [{count}]", element, {}, [f"%0 = iota : {element}[{count}]"], lambda: jnp.arange(count), (count,))
emit("gather of truth values", "bool", {"x": np.array([True, False, True]), "i0": np.array([2, -2, 0, 0])},
     ["%2 = gather(batch 0, 0) %0, %1 : bool[4]"], gather(0, (0,)), (4,))
emit("view of truth values", "bool", {"x": np.array([True, False, True])},
     ["%1 = view(0 by [1, 1]) %0 : bool[2, 2]"], lambda x: jnp.array([[x[0], x[1]], [x[1], x[2]]]), (2, 2))
emit("cast to f32 and back", "f64", {"x": numbers("f64", (3,))},
     ["%1 = cast %0 : f32[3]", "%2 = multiply %1, %1 : f32[3]", "%3 = cast %2 : f64[3]"], lambda x: x * x, (3,))
