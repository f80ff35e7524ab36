"""Runs the formula workloads with Nabla and with the peers that are installed, and writes one table.

    python3 compare.py [--nabla PATH] [--python PATH] [--rounds N] [--small | --large] [--limit SECONDS]
                       [--hessian] [--jvp] [-o DIRECTORY]

Nabla and the peers take turns in every round, on one core and on the same numbers of points, and every figure is the
median of the rounds: machines are noisy, and a ratio from one sitting is worth more than two figures. `--python` is an
interpreter that has peers installed (`pip install casadi heyoka jax symengine sympy`); what it lacks is left out.
A peer that needs more than `--limit` seconds for a large formula is stopped, and the table says so.
`--hessian` and `--jvp` measure second derivatives, and derivatives along a vector, of the small formulas too.
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
# Peers that give up, whatever time they have.
TOO_LARGE = {
    "rosenbrock10000": ["jax", "symengine", "sympy"],
    "lennardjones120": ["jax", "symengine", "sympy"],
    "speelpenning20000": ["jax", "symengine", "sympy"],
    "nest10000": PEERS,
    "rosenbrock1000": ["jax", "sympy"],
    "lennardjones40": ["jax", "sympy"],
    "speelpenning1000": ["jax", "sympy"],
    "arm100": ["sympy"],
    "det6": ["sympy"],
}
LARGE_POINTS = 16
EXTRAS = {
    "hessian": "Value, gradient and Hessian in one pass",
    "jvp": "Value and derivative along a vector of each point in one pass",
}


def run(command, text=None, cache=None, limit=None):
    """The JSON lines of a command, and whether it came to its end."""
    environment = dict(os.environ)
    if cache:
        environment["XDG_CACHE_HOME"] = cache
    try:
        done = subprocess.run(
            command, input=text, capture_output=True, text=True, env=environment, timeout=limit, check=False)
    except subprocess.TimeoutExpired as stopped:
        output = stopped.stdout or ""
        if isinstance(output, bytes):
            output = output.decode()
        return [json.loads(line) for line in output.splitlines() if line.startswith("{") and line.endswith("}")], False
    if done.returncode not in (0, 3):
        print(done.stderr.strip()[-500:], file=sys.stderr)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")], True


class Sitting:
    """All figures, by workload and by who made them: a list of one a round."""

    def __init__(self):
        self.figures = {}
        # What was stopped: workload and peer.
        self.stopped = set()

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
        if options.large:
            del works[0]
        for number in range(options.rounds):
            for name, path, text, points in works:
                extras = [] if name else [extra for extra in EXTRAS if getattr(options, extra)]
                if name and number >= min(options.rounds, 2):
                    continue
                limit = options.limit if name else None
                print(f"round {number + 1}: {name or 'formulas'}", file=sys.stderr, flush=True)
                for backend in ["c", "interpreter"]:
                    command = [options.nabla, "bench", path, "--gradient", "--json", "--points", str(points)]
                    command += ["--" + extra for extra in extras]
                    who = "nabla" if backend == "c" else "interpreter"
                    rows, _ = run(pin + command + ["--backend", backend], cache=os.path.join(scratch, "cache"))
                    for row in rows:
                        sitting.add(who, row)
                for peer in PEERS:
                    if peer in TOO_LARGE.get(name, []) or (name and number > 0 and peer in ("heyoka", "casadi")):
                        continue
                    script = [options.python, os.path.join(HERE, "peers.py"), peer, str(points), *extras]
                    rows, ended = run(pin + script, text=text, limit=limit)
                    if not ended:
                        sitting.stopped.add((name, peer))
                        print(f"  {peer} stopped after {limit} s", file=sys.stderr, flush=True)
                    for row in rows:
                        sitting.add(peer, row)


def mean(values):
    values = [value for value in values if value and not isinstance(value, str)]
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None


def number(value):
    if isinstance(value, str):
        return value
    return "–" if value is None else f"{value:.3g}" if value < 1000 else f"{value:.0f}"


def ratio(value, own):
    return value / own if value and own else None


def total(sitting, name, who, keys, scale=1):
    values = [sitting.median(name, who, key) for key in keys]
    return None if None in values else sum(values) * scale


def markdown(heads, rows):
    """A line a workload, and the geometric means of the columns."""
    lines = ["| " + " | ".join(["workload"] + heads) + " |", "|---" * (len(heads) + 1) + "|"]
    lines += ["| " + " | ".join([name] + [number(value) for value in row]) + " |" for name, row in rows.items()]
    if len(rows) > 1:
        means = [mean(column) for column in zip(*rows.values())]
        lines.append("| **geometric mean** | " + " | ".join(number(value) for value in means) + " |")
    return "\n".join(lines)


def points_table(sitting, workloads, key):
    """Nanoseconds a point, and how many times longer peers take."""
    virtual_machine = "interpreted_ns" if key == "gradient" else key + "_interpreted_ns"
    rows = {}
    for name in workloads:
        own = sitting.median(name, "nabla", key + "_ns")
        rivals = [("heyoka", key + "_ns"), ("casadi", key + "_ns"), ("casadi", virtual_machine), ("jax", key + "_ns")]
        ratios = [ratio(sitting.median(name, who, what), own) for who, what in rivals]
        rows[name] = [own, sitting.median(name, "interpreter", key + "_ns"), *ratios]
    return markdown(["Nabla ns", "interpreter ns", "heyoka ×", "CasADi C ×", "CasADi VM ×", "JAX ×"], rows)


def text_table(sitting, workloads):
    """Microseconds from the text to the derivative, and milliseconds to its kernel.

    SymEngine does not simplify what it differentiates: it stands beside the time with simplification and without.
    """
    rows = {}
    for name in workloads:
        whole = total(sitting, name, "nabla", ["parse_us", "differentiate_us"])
        simplify = sitting.median(name, "nabla", "simplify_us")
        raw = whole - simplify if whole and simplify is not None else None
        rival = total(sitting, name, "symengine", ["parse_s", "differentiate_s"], 1e6)
        heyoka = total(sitting, name, "heyoka", ["differentiate_s", "compile_s"], 1e3)
        if (name, "heyoka") in sitting.stopped:
            heyoka = "stopped"
        rows[name] = [raw, ratio(rival, raw), whole, ratio(rival, whole), sitting.first(name, "nabla", "compile_ms"),
                      heyoka]
    heads = ["parse + derive µs", "SymEngine ×", "with simplification µs", "SymEngine ×", "compile ms",
             "heyoka differentiate + compile ms"]
    return markdown(heads, rows)


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
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--small", action="store_true", help="the small formulas alone")
    part.add_argument("--large", action="store_true", help="the large formulas alone")
    parser.add_argument("--limit", type=float, default=300, help="seconds for a peer and a large formula")
    for extra, meaning in EXTRAS.items():
        parser.add_argument("--" + extra, action="store_true", help=meaning)
    parser.add_argument("-o", "--output", default=".")
    options = parser.parse_args()
    sitting = Sitting()
    measure(options, sitting)
    parts = []
    for group in ([name for name in sitting.figures if name not in large.FORMULAS],
                  [name for name in sitting.figures if name in large.FORMULAS]):
        if group:
            parts += ["Value and gradient in one pass", points_table(sitting, group, "gradient"),
                      "From the text to the kernel", text_table(sitting, group)]
        for extra, meaning in EXTRAS.items():
            measured = [name for name in group if sitting.median(name, "nabla", extra + "_ns")]
            if measured:
                parts += [meaning, points_table(sitting, measured, extra)]
    title = f"{datetime.date.today().isoformat()}, {processor()}, one thread, medians of {options.rounds} rounds"
    os.makedirs(options.output, exist_ok=True)
    with open(os.path.join(options.output, "results.md"), "w") as file:
        file.write("\n\n".join([title] + parts) + "\n")
    with open(os.path.join(options.output, "results.json"), "w") as file:
        json.dump({"title": title, "figures": sitting.figures}, file, indent=1)
    print(f"{options.output}/results.md", file=sys.stderr)


if __name__ == "__main__":
    main()
