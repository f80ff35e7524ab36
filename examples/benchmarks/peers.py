"""Measures one peer on formulas: `python3 peers.py PEER POINTS < FILE`, one JSON object a formula.

A line of the input is `name(parameters) = expression`. What is measured: parsing (building the peer's expression), the
full gradient, making it runnable, and the value with the gradient, in nanoseconds a point, median, one thread. A peer is
a package from PyPI: casadi, heyoka, jax, symengine, sympy. One that is not installed is an exit status of 3.
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


def casadi(arguments, body, points, results):
    import casadi as ca
    import numpy as np

    symbols = {name: ca.SX.sym(name) for name in arguments}
    names = {**symbols, **{f: getattr(ca, f) for f in FUNCTIONS}, "pi": math.pi}
    expression = timed(results, "parse_s", lambda: evaluate(body, names))
    x = ca.vertcat(*symbols.values())
    gradient = timed(results, "differentiate_s", lambda: ca.gradient(expression, x))
    function = ca.Function("f", [x], [expression, gradient])
    results["operations"] = function.n_instructions()
    if function.n_instructions() > 20_000:
        return
    count = points.shape[1]
    values, gradients = np.zeros(count), np.zeros(points.size)
    columns = np.asfortranarray(points).ravel(order="K")

    def bound(f):
        buffer, call = f.buffer()
        buffer.set_arg(0, memoryview(columns))
        buffer.set_res(0, memoryview(values))
        buffer.set_res(1, memoryview(gradients))
        return buffer, call

    mapped = function.map(count)
    keep, call = bound(mapped)
    results["interpreted_ns"] = median_time(call) / count * 1e9
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

        timed(results, "compile_s", build)
        keep, call = bound(ca.external(mapped.name(), os.path.join(directory, "f.so")))
        results["gradient_ns"] = median_time(call) / count * 1e9


def heyoka(arguments, body, points, results):
    import heyoka as hy
    import numpy as np

    made = hy.make_vars(*arguments)
    symbols = dict(zip(arguments, made if len(arguments) > 1 else [made]))

    def lift(f):
        return lambda a: getattr(math, f)(a) if isinstance(a, (int, float)) else getattr(hy, f)(a)

    names = {**symbols, **{f: lift(f) for f in FUNCTIONS}, "pi": math.pi}
    expression = timed(results, "parse_s", lambda: evaluate(body, names))
    variables = list(symbols.values())

    def differentiate():
        tensor = hy.diff_tensors([expression], variables, diff_order=1)
        return [tensor[[0] + [int(j == i) for j in range(len(variables))]] for i in range(len(variables))]

    gradient = timed(results, "differentiate_s", differentiate)
    compact = len(body) > 3000
    function = timed(
        results, "compile_s",
        lambda: hy.cfunc([expression] + gradient, variables, fast_math=True, compact_mode=compact))
    outputs = np.zeros((1 + len(variables), points.shape[1]))
    results["gradient_ns"] = median_time(lambda: function(inputs=points, outputs=outputs)) / points.shape[1] * 1e9


def jax(arguments, body, points, results):
    import jax as j
    import jax.numpy as jnp

    j.config.update("jax_enable_x64", True)
    if len(arguments) > 200:
        return
    names = {f: getattr(jnp, f) for f in FUNCTIONS if f not in ("asin", "erf")}
    names |= {"asin": jnp.arcsin, "erf": j.scipy.special.erf, "pi": math.pi}
    function = evaluate(f"lambda p: (lambda {', '.join(arguments)}: {body})(*p)", names)
    mapped = j.jit(j.vmap(j.value_and_grad(function), in_axes=1, out_axes=(0, 1)))
    columns = jnp.asarray(points)
    timed(results, "compile_s", lambda: j.block_until_ready(mapped(columns)))
    results["gradient_ns"] = median_time(lambda: j.block_until_ready(mapped(columns))) / points.shape[1] * 1e9


def symbolic(package, arguments, body, results):
    algebra = __import__(package)
    symbols = {name: algebra.Symbol(name) for name in arguments}
    names = {**symbols, **{f: getattr(algebra, f) for f in FUNCTIONS + ["pi"]}}
    expression = timed(results, "parse_s", lambda: evaluate(body, names))
    timed(results, "differentiate_s", lambda: [expression.diff(x) for x in symbols.values()])


def measure(peer, line, count):
    match = re.match(r"(\w+)\(([^)]*)\)\s*=\s*(.*)", line)
    arguments = [name.strip() for name in match[2].split(",")]
    body = match[3].replace("^", "**")
    results = {"peer": peer, "function": match[1], "points": count}
    if peer in ("symengine", "sympy"):
        symbolic(peer, arguments, body, results)
    else:
        import numpy as np

        points = np.random.default_rng(1).uniform(0.2, 0.9, (len(arguments), count))
        {"casadi": casadi, "heyoka": heyoka, "jax": jax}[peer](arguments, body, points, results)
    return results


def main():
    peer, count = sys.argv[1], int(sys.argv[2])
    sys.setrecursionlimit(1_000_000)
    try:
        __import__(peer)
    except ImportError:
        os._exit(3)
    for line in sys.stdin:
        if not line.strip() or line.startswith("#"):
            continue
        try:
            results = measure(peer, line.strip(), count)
        except Exception as error:
            results = {"peer": peer, "function": line.split("(")[0], "error": repr(error)[:200]}
        print(json.dumps(results), flush=True)


# Expressions are nested as deep as their text, and Python walks them by recursion.
threading.stack_size(512 << 20)
worker = threading.Thread(target=main)
worker.start()
worker.join()
