"""Measures the derivatives of examples/gradbench beside JAX in numbers of 64 bits, one thread, and writes one table.

    python3 gradbench.py [--nabla PATH] [--python PATH] [--rounds N] [-o DIRECTORY] [WORKLOAD ...]

Nabla and JAX take turns; figures are medians of the rounds. The last column is the goal: what the best tool of a table of
hand-written and differentiated C++ took, as a ratio to JAX there. Written are gradbench.json and gradbench.md.
"""
import argparse
import datetime
import os
import platform
import statistics
import sys

from gradbench_jax import WORKLOADS
from networks import mean, rows, shown, write

HERE = os.path.dirname(os.path.abspath(__file__))
# The best derivative of the suite's tools over JAX's, as measured elsewhere, where both were.
GOALS = {"gmm d10 k25 n1000": 1.0, "gmm d32 k50 n1000": 0.47, "lse n1280000": 0.28, "llsq n4096 m128": 0.21,
         "kmeans k100 n10000 d8": 0.46, "ode n10000 s100": 1.0}


def nabla(options, name):
    program, function, sizes = WORKLOADS[name]
    command = [options.nabla, "bench", os.path.join(HERE, "../gradbench", program + ".nabla"), "--function", function,
               "--points", "1", "--json"]
    command += [word for size, value in sizes.items() for word in ("--size", f"{size}={value}")]
    if os.path.exists("/usr/bin/taskset"):
        command = ["taskset", "-c", str(max(os.sched_getaffinity(0)))] + command
    return rows(command, 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workloads", nargs="*")
    parser.add_argument("--nabla", default=os.path.join(HERE, "../../.build/release/nabla"))
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("-o", "--output", default=".")
    options = parser.parse_args()
    names = [name for name in WORKLOADS
             if not options.workloads or any(name.startswith(wanted) for wanted in options.workloads)]
    figures = {}
    for _ in range(options.rounds):
        for name in names:
            print(name, file=sys.stderr, flush=True)
            entry = figures.setdefault(name, {"nabla_us": [], "jax_us": [], "nabla_compile_ms": [], "jax_compile_s": []})
            for row in nabla(options, name):
                entry["nabla_us"].append(row["value_ns"] / 1000)
                entry["nabla_compile_ms"].append(row["compile_ms"])
            script = [options.python, os.path.join(HERE, "gradbench_jax.py"), name]
            for row in rows(script, options.seconds):
                entry["jax_us"].append(row["derivative_us"])
                entry["jax_compile_s"].append(row["compile_s"])
    lines = [f"{datetime.date.today()}, {platform.machine()}, one thread, f64.", "",
             "| workload | derivative µs | JAX µs | ratio | goal | compile ms | JAX |", "|---" * 7 + "|"]
    ratios = []
    for name, entry in figures.items():
        own, jax, compile_ms, compile_s = (statistics.median(values) if values else None for values in entry.values())
        ratios.append(own / jax if own and jax else None)
        cells = [name, shown(own), shown(jax), shown(ratios[-1]), shown(GOALS.get(name)), shown(compile_ms),
                 shown(compile_s and compile_s * 1e3)]
        lines.append("| " + " | ".join(cells) + " |")
    lines.append("| **geometric mean** | | | " + shown(mean(ratios)) + " | | | |")
    text = "\n".join(lines) + "\n"
    write(options.output, "gradbench", figures, text)


if __name__ == "__main__":
    main()
