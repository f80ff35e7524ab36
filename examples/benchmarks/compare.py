"""Runs the formula workloads with Nabla and with the peers that are installed, and writes one table.

    python3 compare.py [--nabla PATH] [--python PATH] [--rounds N] [--small] [-o DIRECTORY]

Nabla and the peers take turns in every round, on one core and on the same numbers of points, and every figure is the
median of the rounds: machines are noisy, and a ratio from one sitting is worth more than two figures. `--python` is an
interpreter that has peers installed (`pip install casadi heyoka jax symengine sympy`); what it lacks is left out.
Written are results.json, with everything, and results.md, the table.
"""
import argparse
import datetime
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile

import large

HERE = os.path.dirname(os.path.abspath(__file__))
FORMULAS = os.path.join(HERE, "../../Tests/Support/Corpora/Data/formulas.nabla")
PEERS = ["heyoka", "casadi", "jax", "symengine", "sympy"]
# Peers that take minutes or do not end: what they were seen to do is in docs/performance.md.
TOO_LARGE = {
    "rosenbrock10000": ["casadi", "jax", "symengine", "sympy"],
    "lennardjones120": ["casadi", "jax", "symengine", "sympy"],
    "speelpenning20000": ["casadi", "jax", "symengine", "sympy"],
    "nest10000": PEERS,
    "rosenbrock1000": ["jax", "sympy"],
    "lennardjones40": ["jax", "sympy"],
    "speelpenning1000": ["jax", "sympy"],
    "arm100": ["sympy"],
    "det6": ["sympy"],
}
LARGE_POINTS = 16


def run(command, text=None, cache=None, timeout=900):
    environment = dict(os.environ)
    if cache:
        environment["XDG_CACHE_HOME"] = cache
    try:
        done = subprocess.run(
            command, input=text, capture_output=True, text=True, env=environment, timeout=timeout, check=False)
    except subprocess.TimeoutExpired:
        return []
    if done.returncode not in (0, 3):
        print(done.stderr.strip()[-500:], file=sys.stderr)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


class Sitting:
    """All figures, by workload and by who made them: a list of one a round."""

    def __init__(self):
        self.figures = {}

    def add(self, who, row):
        entry = self.figures.setdefault(row["function"], {}).setdefault(who, {})
        for name, value in row.items():
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                entry.setdefault(name, []).append(value)

    def median(self, workload, who, name):
        values = self.figures.get(workload, {}).get(who, {}).get(name)
        return statistics.median(values) if values else None

    def first(self, workload, who, name):
        values = self.figures.get(workload, {}).get(who, {}).get(name)
        return values[0] if values else None


def measure(options, sitting):
    pin = ["taskset", "-c", "1"] if os.path.exists("/usr/bin/taskset") and (os.cpu_count() or 1) > 1 else []
    with tempfile.TemporaryDirectory() as scratch:
        os.chmod(scratch, 0o700)
        large.write(scratch)
        with open(FORMULAS) as file:
            small = file.read()
        works = [(None, FORMULAS, small, 100_000)]
        if not options.small:
            for name in large.FORMULAS:
                path = os.path.join(scratch, name + ".nabla")
                with open(path) as file:
                    works.append((name, path, file.read(), 1 if name in ("rosenbrock10000", "lennardjones120",
                                                                        "speelpenning20000") else LARGE_POINTS))
        for number in range(options.rounds):
            for name, path, text, points in works:
                if name and number >= min(options.rounds, 2):
                    continue
                print(f"round {number + 1}: {name or 'formulas'}", file=sys.stderr, flush=True)
                for backend in ["c", "interpreter"]:
                    command = [options.nabla, "bench", path, "--gradient", "--json", "--points", str(points)]
                    for row in run(pin + command + ["--backend", backend], cache=os.path.join(scratch, "cache")):
                        sitting.add("nabla" if backend == "c" else "interpreter", row)
                for peer in PEERS:
                    if peer in TOO_LARGE.get(name, []) or (peer == "heyoka" and name and number > 0):
                        continue
                    script = [options.python, os.path.join(HERE, "peers.py"), peer, str(points)]
                    for row in run(pin + script, text=text):
                        sitting.add(peer, row)


def mean(values):
    values = [value for value in values if value]
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None


def number(value):
    return "–" if value is None else f"{value:.3g}" if value < 1000 else f"{value:.0f}"


def table(sitting, workloads):
    """A line a workload: nanoseconds a point of the value with its gradient, and how many times longer peers take."""
    lines = [
        "| workload | Nabla ns | interpreter ns | heyoka × | CasADi C × | CasADi VM × | JAX × | parse + differentiate µs "
        "| SymEngine × | compile ms | heyoka compile ms |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    rows = []
    for name in workloads:
        own = sitting.median(name, "nabla", "gradient_ns")
        text = [sitting.median(name, "nabla", k) for k in ("parse_us", "differentiate_us")]
        text = sum(text) if None not in text else None
        rival = [sitting.median(name, "symengine", k) for k in ("parse_s", "differentiate_s")]
        rival = sum(rival) * 1e6 if None not in rival else None
        heyoka = sitting.median(name, "heyoka", "compile_s")

        def ratio(who, key):
            value = sitting.median(name, who, key)
            return value / own if value and own else None

        rows.append([
            own, sitting.median(name, "interpreter", "gradient_ns"), ratio("heyoka", "gradient_ns"),
            ratio("casadi", "gradient_ns"), ratio("casadi", "interpreted_ns"), ratio("jax", "gradient_ns"), text,
            rival / text if rival and text else None, sitting.first(name, "nabla", "compile_ms"),
            heyoka * 1000 if heyoka else None,
        ])
        lines.append("| " + " | ".join([name] + [number(value) for value in rows[-1]]) + " |")
    if len(rows) > 1:
        means = [mean([row[column] for row in rows]) for column in range(len(rows[0]))]
        lines.append("| **geometric mean** | " + " | ".join(number(value) for value in means) + " |")
    return "\n".join(lines)


def processor():
    try:
        with open("/proc/cpuinfo") as file:
            return next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nabla", default=os.path.join(HERE, "../../.build/release/nabla"))
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--small", action="store_true", help="the small formulas alone")
    parser.add_argument("-o", "--output", default=".")
    options = parser.parse_args()
    sitting = Sitting()
    measure(options, sitting)
    names = list(sitting.figures)
    tables = [table(sitting, [name for name in names if name not in large.FORMULAS])]
    if not options.small:
        tables.append(table(sitting, [name for name in names if name in large.FORMULAS]))
    title = f"{datetime.date.today().isoformat()}, {processor()}, one thread, medians of {options.rounds} rounds"
    os.makedirs(options.output, exist_ok=True)
    with open(os.path.join(options.output, "results.md"), "w") as file:
        file.write(title + "\n\n" + "\n\n".join(tables) + "\n")
    with open(os.path.join(options.output, "results.json"), "w") as file:
        json.dump({"title": title, "figures": sitting.figures}, file, indent=1)
    print(f"{options.output}/results.md", file=sys.stderr)


if __name__ == "__main__":
    main()
