"""Measures one peer on formulas: `python3 peers.py PEER POINTS [hessian] [jvp] < FILE`, one JSON object a formula.

A line of the input is `name(parameters) = expression`. What is measured: parsing (building the peer's expression), the
full gradient, making it runnable, and the value with the gradient, in nanoseconds a point, median, one thread. On demand
value, gradient and Hessian follow, and the value with its derivative along a vector of each point (jvp), one pass each.
A peer is a package from PyPI: casadi, heyoka, jax, symengine, sympy. One that is not installed is an exit status of 3.
"""
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import threading
import time

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
FUNCTIONS = "exp sin cos tanh sqrt log asin erf".split()


def median_time(call, seconds=0.33):
    call()
    times = []
    end = time.perf_counter() + seconds
    while len(times) < 3 or (len(times) < 1000 and time.perf_counter() < end):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2]


def timed(results, name, body):
    start = time.perf_counter()
    value = body()
    results[name] = time.perf_counter() - start
    return value


def evaluate(body, names):
    return eval(compile(body, "formula", "eval"), names)


def casadi(arguments, body, points, results, extras):
    import casadi as ca

    symbols = {name: ca.SX.sym(name) for name in arguments}
    names = {**symbols, **{f: getattr(ca, f) for f in FUNCTIONS}, "pi": math.pi}
    expression = timed(results, "parse_s", lambda: evaluate(body, names))
    x = ca.vertcat(*symbols.values())
    gradient = timed(results, "differentiate_s", lambda: ca.gradient(expression, x))
    function = ca.Function("f", [x], [expression, gradient])
    results["operations"] = function.n_instructions()
    if function.n_instructions() > 20_000:
        return
    casadi_times(function, [points], results, "interpreted_ns", "compile_s", "gradient_ns")
    if "hessian" in extras:
        hessian, gradient = timed(results, "hessian_differentiate_s", lambda: ca.hessian(expression, x))
        function = ca.Function("f", [x], [expression, gradient, ca.densify(hessian)])
        casadi_times(function, [points], results, "hessian_interpreted_ns", "hessian_compile_s", "hessian_ns")
    if "jvp" in extras:
        v = ca.SX.sym("v", x.shape[0])
        tangent = timed(results, "jvp_differentiate_s", lambda: ca.jtimes(expression, x, v))
        function = ca.Function("f", [x, v], [expression, tangent])
        casadi_times(function, [points, points[::-1]], results, "jvp_interpreted_ns", "jvp_compile_s", "jvp_ns")


def casadi_times(function, inputs, results, interpreted, compiling, compiled):
    import casadi as ca
    import numpy as np

    count = inputs[0].shape[1]
    columns = [np.asfortranarray(matrix).ravel(order="K") for matrix in inputs]
    outputs = [np.zeros(function.numel_out(i) * count) for i in range(function.n_out())]

    def bound(f):
        buffer, call = f.buffer()
        for index, column in enumerate(columns):
            buffer.set_arg(index, memoryview(column))
        for index, column in enumerate(outputs):
            buffer.set_res(index, memoryview(column))
        return buffer, call

    mapped = function.map(count)
    keep, call = bound(mapped)
    results[interpreted] = median_time(call) / count * 1e9
    with tempfile.TemporaryDirectory() as directory:
        def build():
            here = os.getcwd()
            os.chdir(directory)
            try:
                mapped.generate("f.c")
            finally:
                os.chdir(here)
            flags = ["-O3", "-march=native", "-ffast-math", "-shared", "-fPIC"]
            subprocess.run(["cc", *flags, "f.c", "-o", "f.so"], cwd=directory, check=True, timeout=300)

        timed(results, compiling, build)
        keep, call = bound(ca.external(mapped.name(), os.path.join(directory, "f.so")))
        results[compiled] = median_time(call) / count * 1e9


def heyoka(arguments, body, points, results, extras):
    import heyoka as hy
    import numpy as np

    made = hy.make_vars(*arguments)
    symbols = dict(zip(arguments, made if len(arguments) > 1 else [made]))

    def lift(f):
        return lambda a: getattr(math, f)(a) if isinstance(a, (int, float)) else getattr(hy, f)(a)

    names = {**symbols, **{f: lift(f) for f in FUNCTIONS}, "pi": math.pi}
    expression = timed(results, "parse_s", lambda: evaluate(body, names))
    variables = list(symbols.values())
    count = len(variables)

    def index(*by):
        return [0] + [by.count(i) for i in range(count)]

    def run(expressions, inputs, columns, prefix):
        function = timed(
            results, prefix + "compile_s",
            lambda: hy.cfunc(expressions, inputs, fast_math=True, compact_mode=len(body) > 3000))
        outputs = np.zeros((len(expressions), columns.shape[1]))
        time = median_time(lambda: function(inputs=columns, outputs=outputs))
        results[(prefix or "gradient_") + "ns"] = time / columns.shape[1] * 1e9

    def differentiate():
        tensor = hy.diff_tensors([expression], variables, diff_order=1)
        return [tensor[index(i)] for i in range(count)]

    gradient = timed(results, "differentiate_s", differentiate)
    run([expression] + gradient, variables, points, "")
    if "hessian" in extras:
        def twice():
            tensor = hy.diff_tensors([expression], variables, diff_order=2)
            return [tensor[index(i)] for i in range(count)] + [
                tensor[index(i, j)] for i in range(count) for j in range(count)]

        derivatives = timed(results, "hessian_differentiate_s", twice)
        run([expression] + derivatives, variables, points, "hessian_")
    if "jvp" in extras:
        made = hy.make_vars(*[f"tangent_{name}" for name in arguments])
        vector = list(made) if count > 1 else [made]
        tangent = timed(results, "jvp_differentiate_s", lambda: hy.sum([g * v for g, v in zip(differentiate(), vector)]))
        run([expression, tangent], variables + vector, np.concatenate([points, points[::-1]]), "jvp_")


def jax(arguments, body, points, results, extras):
    import jax as j
    import jax.numpy as jnp

    j.config.update("jax_enable_x64", True)
    if len(arguments) > 200:
        return
    names = {f: getattr(jnp, f) for f in FUNCTIONS if f not in ("asin", "erf")}
    names |= {"asin": jnp.arcsin, "erf": j.scipy.special.erf, "pi": math.pi}
    function = evaluate(f"lambda p: (lambda {', '.join(arguments)}: {body})(*p)", names)
    columns = jnp.asarray(points)

    def run(mapped, inputs, prefix):
        timed(results, prefix + "compile_s", lambda: j.block_until_ready(mapped(*inputs)))
        time = median_time(lambda: j.block_until_ready(mapped(*inputs)))
        results[(prefix or "gradient_") + "ns"] = time / points.shape[1] * 1e9

    gradient = j.value_and_grad(function)
    run(j.jit(j.vmap(gradient, in_axes=1, out_axes=(0, 1))), [columns], "")
    if "hessian" in extras:
        hessian = j.hessian(function)
        both = j.vmap(lambda p: (*gradient(p), hessian(p)), in_axes=1, out_axes=(0, 1, 2))
        run(j.jit(both), [columns], "hessian_")
    if "jvp" in extras:
        along = j.vmap(lambda p, v: j.jvp(function, (p,), (v,)), in_axes=1, out_axes=0)
        run(j.jit(along), [columns, columns[::-1]], "jvp_")


def symbolic(package, arguments, body, results):
    algebra = __import__(package)
    symbols = {name: algebra.Symbol(name) for name in arguments}
    names = {**symbols, **{f: getattr(algebra, f) for f in FUNCTIONS + ["pi"]}}
    expression = timed(results, "parse_s", lambda: evaluate(body, names))
    if package == "symengine":
        # Its own parser is quicker than building the expression from Python.
        expression = timed(results, "parse_s", lambda: algebra.sympify(body))
    timed(results, "differentiate_s", lambda: [expression.diff(x) for x in symbols.values()])


def measure(peer, line, count, extras):
    match = re.match(r"(\w+)\(([^)]*)\)\s*=\s*(.*)", line)
    arguments = [name.strip() for name in match[2].split(",")]
    body = match[3].replace("^", "**")
    results = {"peer": peer, "function": match[1], "points": count}
    if peer in ("symengine", "sympy"):
        symbolic(peer, arguments, body, results)
    else:
        import numpy as np

        points = np.random.default_rng(1).uniform(0.2, 0.9, (len(arguments), count))
        {"casadi": casadi, "heyoka": heyoka, "jax": jax}[peer](arguments, body, points, results, extras)
    return results


def main():
    peer, count, extras = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    sys.setrecursionlimit(1_000_000)
    try:
        __import__(peer)
    except ImportError:
        os._exit(3)
    for line in sys.stdin:
        if not line.strip() or line.startswith("#"):
            continue
        try:
            results = measure(peer, line.strip(), count, extras)
        except Exception as error:
            results = {"peer": peer, "function": line.split("(")[0], "error": repr(error)[:200]}
        print(json.dumps(results), flush=True)


# Expressions are nested as deep as their text, and Python walks them by recursion.
threading.stack_size(512 << 20)
worker = threading.Thread(target=main)
worker.start()
worker.join()
