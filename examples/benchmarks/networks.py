"""Runs the network workloads with Nabla and with the peers that are installed, and writes one table.

    python3 networks.py [--nabla PATH] [--python PATH ...] [--threads 1 2] [--rounds N] [-o DIRECTORY] [WORKLOAD ...]

For every workload Nabla and the peers take turns; every figure is the median of the rounds, and every ratio is of one
sitting. `--python` are interpreters that have a peer installed (`pip install jax`, `pip install torch`); what is missing is
left out. Beside each ratio stands the roof: the part of the multipliers' peak, measured in the same run, that Nabla's step
reaches. Written are networks.json, with everything, and networks.md, the table.
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

from network_peers import PEERS, WORKLOADS

HERE = os.path.dirname(os.path.abspath(__file__))


def rows(command, seconds, **variables):
    environment = {**os.environ, "SECONDS_OF_ONE": str(seconds), **variables}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode not in (0, 3):
        print(done.stderr.strip()[-400:], file=sys.stderr)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def nabla(options, name, threads):
    kind, size = WORKLOADS[name]
    symbol = "n" if kind == "gemm" else "m"
    command = [
        options.nabla, "bench", os.path.join(HERE, kind + ".nabla"), "--function", "loss", "--train", "sgd(0.01)",
        "--size", f"{symbol}={size}", "--dtype", "f32", "--threads", str(threads), "--json"]
    if threads == 1 and os.path.exists("/usr/bin/taskset"):
        command = ["taskset", "-c", str(max(os.sched_getaffinity(0)))] + command
    # Kernels in the user's cache would be loaded, not compiled, as JAX compiles its own.
    with tempfile.TemporaryDirectory() as cache:
        return rows(command, 1, XDG_CACHE_HOME=cache)


def measure(options, names):
    """Lists of figures by threads, workload, who and key."""
    figures = {}
    for threads in options.threads:
        for name in names:
            for number in range(options.rounds):
                print(f"{threads} threads, {name}, round {number + 1}", file=sys.stderr, flush=True)
                found = [("nabla", row) for row in nabla(options, name, threads)]
                for peer in PEERS:
                    for python in options.python:
                        script = [python, os.path.join(HERE, "network_peers.py"), peer, str(threads), name]
                        result = rows(script, options.seconds)
                        found += [(peer, row) for row in result]
                        if result:
                            break
                for who, row in found:
                    entry = figures.setdefault(threads, {}).setdefault(name, {}).setdefault(who, {})
                    for key, value in row.items():
                        if isinstance(value, (int, float)) and not isinstance(value, bool):
                            entry.setdefault(key, []).append(value)
    return figures


def median(entry, who, key):
    values = entry.get(who, {}).get(key)
    return statistics.median(values) if values else None


def mean(values):
    values = [value for value in values if value]
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None


def shown(value, unit=""):
    if value is None:
        return "–"
    return (f"{value:.0f}" if value >= 1000 else f"{value:.3g}") + unit


def best(entry, key):
    values = [median(entry, peer, key) for peer in PEERS]
    values = [value for value in values if value]
    return min(values) if values else None


def table(figures, threads):
    heads = ["workload", "step µs", "JAX", "PyTorch", "ratio", "of peak", "of stream", "prediction µs", "JAX", "PyTorch",
             "ratio", "kernels", "compile ms", "JAX", "workspace MB", "XLA"]
    lines = [f"{threads} thread{'s' if threads > 1 else ''}. A ratio is Nabla's time over that of the faster peer.", "",
             "| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    ratios = {"train_us": [], "infer_us": []}
    for name, entry in figures[threads].items():
        cells = [name]
        for key in ratios:
            own, rival = median(entry, "nabla", key), best(entry, key)
            part = own / rival if own and rival else None
            ratios[key].append(part)
            cells += [shown(own), shown(median(entry, "jax", key)), shown(median(entry, "torch", key)), shown(part)]
            if key == "train_us":
                for roof in ("peak_flops_fraction", "stream_fraction"):
                    value = median(entry, "nabla", roof)
                    cells.append(shown(value and value * 100, " %"))
        jax = median(entry, "jax", "compile_s")
        own_memory, memory = median(entry, "nabla", "workspace_bytes"), median(entry, "jax", "workspace_bytes")
        cells += [shown(median(entry, "nabla", "kernels")), shown(median(entry, "nabla", "compile_ms")),
                  shown(jax and jax * 1e3), shown(own_memory and own_memory / 1e6), shown(memory and memory / 1e6)]
        lines.append("| " + " | ".join(cells) + " |")
    means = {key: shown(mean(values)) for key, values in ratios.items()}
    lines.append("| **geometric mean** | | | | " + means["train_us"] + " | | | | | | " + means["infer_us"]
                 + " | | | | | |")
    peak, stream = ([median(entry, "nabla", key) for entry in figures[threads].values()]
                    for key in ("peak_gflops", "stream_gb_per_s"))
    peak, stream = [v for v in peak if v], [v for v in stream if v]
    if peak:
        lines += ["", f"Peak {statistics.median(peak):.0f} Gflop/s, stream {statistics.median(stream):.0f} GB/s."]
    return "\n".join(lines)


def write(folder, name, figures, text):
    """Keeps the figures as JSON and their table as Markdown, and shows the table."""
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name + ".json"), "w") as file:
        json.dump(figures, file, indent=1)
    with open(os.path.join(folder, name + ".md"), "w") as file:
        file.write(text)
    print(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workloads", nargs="*", help="such as mlp/128; without them, all")
    parser.add_argument("--nabla", default=os.path.join(HERE, "../../.build/release/nabla"))
    parser.add_argument("--python", nargs="+", default=[sys.executable])
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1, help="of every figure of a peer")
    parser.add_argument("-o", "--output", default=".")
    options = parser.parse_args()
    names = [name for name in WORKLOADS
             if not options.workloads or any(name.startswith(wanted) for wanted in options.workloads)]
    figures = measure(options, names)
    text = f"{datetime.date.today()}, {platform.machine()}, {os.cpu_count()} cores.\n\n"
    text += "\n\n".join(table(figures, threads) for threads in figures) + "\n"
    write(options.output, "networks", figures, text)


if __name__ == "__main__":
    main()
