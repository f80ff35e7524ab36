"""Measures the worst error of every function on many random points and writes docs/accuracy.md.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install mpmath gmpy2
    /tmp/venv/bin/python Tests/CNablaMathTests/Data/measure_accuracy.py [points] [compiler and flags] [function ...]

Where functions are named, only they are measured, and nothing is written. The functions are compiled with the C compiler of the machine, those on vectors once for every width that the machine
has, and compared with mpmath.
"""
import array
import ctypes
import math
import pathlib
import platform
import re
import shlex
import subprocess
import sys
import tempfile

import mpmath as mp

import functions

ROOT = pathlib.Path(__file__).resolve().parents[3]
SOURCES = ROOT / "Sources/CNablaMath"
WIDTHS = {"8 lanes": ("avx512dq", "-march=x86-64-v4"), "4 lanes": ("fma", "-march=x86-64-v3"), "2 lanes": ("", "")}


def compiled(lines, command):
    """A shared library of these lines of C."""
    with tempfile.TemporaryDirectory() as directory:
        source, library = pathlib.Path(directory, "f.c"), pathlib.Path(directory, "f.so")
        source.write_text("\n".join(lines) + "\n")
        arguments = ["-std=gnu11", f"-I{SOURCES}", "-shared", "-fPIC", "-o", str(library), str(source), "-lm"]
        subprocess.run(shlex.split(command) + arguments, check=True)
        return ctypes.CDLL(str(library))


def doubles(values):
    return (ctypes.c_double * len(values)).from_buffer(array.array("d", values))


class Scalars:
    """The functions of doubles."""

    def __init__(self, table, command):
        lines = ['#include "include/nabla_math.h"']
        for name, (_, draws) in table.items():
            if name.startswith("v_"):
                continue
            callee = name.removeprefix("libm.") if "." in name else "nabla_" + name
            second = "(int)y[i]" if name == "powi" else "y[i]"
            operands = f"x[i], {second}" if isinstance(draws[0], tuple) else "x[i]"
            lines.append(
                f"void f_{name.replace('.', '_')}(double *r, const double *x, const double *y, long n) "
                f"{{ (void)y; for (long i = 0; i < n; i++) r[i] = {callee}({operands}); }}"
            )
        self.library = compiled(lines, command)

    def __call__(self, name, xs, ys):
        """The values at many operands, or None for a function that has no such form."""
        function = getattr(self.library, "f_" + name.replace(".", "_"), None)
        if function is None:
            return None
        results = doubles([0.0] * len(xs))
        function(results, doubles(xs), doubles(ys), ctypes.c_long(len(xs)))
        return list(results)


class Vectors(Scalars):
    """The functions of vectors. A library function goes by the name of the operation."""

    def __init__(self, table, command):
        headers = ["vector", "piecewise", "exponential", "hyperbolic", "logarithmic", "circular", "inverse", "power"]
        texts = [(SOURCES / f"vector/{h}.h").read_text() for h in headers + ["error", "lanes"]]
        lines = [f'#include "vector/{h}.h"' for h in headers + ["error", "lanes"]]
        lines.append("typedef union { nabla_v v; double lane[NABLA_V_LANES]; } lanes;")
        for name, (_, draws) in table.items():
            if name.startswith("v_"):  # together with others
                section, member, _ = name.split(".")
                call = f"nabla_{section}(a.v).{member}"
            else:
                bare = name.removeprefix("libm.")
                operation = {"pow": "power", "tgamma": "gamma"}.get(bare, bare)
                if not any(f" nabla_v_{operation}(" in text for text in texts):
                    continue
                call = f"nabla_v_{operation}(a.v, b.v)" if isinstance(draws[0], tuple) else f"nabla_v_{operation}(a.v)"
            if name == "powi":  # the exponent belongs to the call
                call = "nabla_v_powi(a.v, (int)y[i])"
            step = 1 if name == "powi" else "NABLA_V_LANES"
            lines.append(
                f"void f_{name.replace('.', '_')}(double *r, const double *x, const double *y, long n) "
                f"{{ for (long i = 0; i < n; i += {step}) {{ lanes a, b, c; int left = n - i < {step} ? n - i : {step};"
                "for (int k = 0; k < NABLA_V_LANES; k++) "
                "a.lane[k] = k < left ? x[i + k] : 1, b.lane[k] = k < left ? y[i + k] : 1;"
                f"c.v = {call}; for (int k = 0; k < left; k++) r[i + k] = c.lane[k]; }} }}"
            )
        self.library = compiled(lines, command)


def together(table):
    """The functions that sections compute together, as SECTION.MEMBER.FUNCTION, like the rows of the functions alone."""
    rows = {}
    for header in sorted(SOURCES.glob("vector/*.h")):
        for section, gives in re.findall(r"^// nabla:function (v_\w+) gives ((?:\w+=\w+ )+)", header.read_text(), re.M):
            for operation, member in re.findall(r"(\w+)=(\w+)", gives):
                rows[f"{section}.{member}.{operation}"] = table.get(operation) or table["libm." + operation]
    return rows


def error(value, expected):
    """The error of a double in units in the last place of the exact value."""
    if not math.isfinite(value):
        return math.inf
    return float(abs(mp.mpf(value) - expected) / mp.mpf(math.ulp(float(expected))))


def draw(row, points):
    """Operands and exact values of so many random draws."""
    function, draws = row
    drawn = []
    for i in range(points):
        how = draws[i % len(draws)]
        operands = tuple(d() for d in how) if isinstance(how, tuple) else (how(),)
        expected = functions.exact(function, operands)
        if expected is not None:
            drawn.append((operands, expected))
    return drawn


def has(flag):
    cpuinfo = pathlib.Path("/proc/cpuinfo")
    return cpuinfo.exists() and flag in cpuinfo.read_text()


def main():
    points = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
    command = sys.argv[2] if len(sys.argv) > 2 else "cc -O2 -ffp-contract=off"
    table = functions.table(seed=20)
    table |= together(table)
    forms = {"scalar": Scalars(table, command)}
    for title, (flag, target) in WIDTHS.items():
        if has(flag):
            forms[title] = Vectors(table, f"{command} {target}")
    sections = {"": [], "libm.": [], "v_": []}
    chosen = sys.argv[3:]
    for name, row in table.items():
        if chosen and name.split(".")[-1] not in chosen:
            continue
        drawn = draw(row, points // 4 if name in ("polygamma", "erfi") else points)
        xs, ys = [o[0] for o, _ in drawn], [o[-1] for o, _ in drawn]
        cells, worst = [], []
        for form in forms.values():
            values = form(name, xs, ys)
            errors = values and [(error(v, e), o) for v, (o, e) in zip(values, drawn)]
            worst.append(max(errors) if errors else None)
            cells.append(f"{worst[-1][0]:.2f}" if errors else "–")
        _, operands = next((w for w in worst[1:] if w), worst[0])
        prefix = next((p for p in ("libm.", "v_") if name.startswith(p)), "")
        where = ", ".join(repr(x) for x in operands)
        title = "{2}` of `{0}".format(*name.split(".")) if prefix == "v_" else name.removeprefix("libm.")
        line = f"| `{title}` | {' | '.join(cells)} | `{where}` | {len(drawn)} |"
        sections[prefix].append(line)
        print(line, flush=True)
    version = subprocess.run(shlex.split(command)[:1] + ["--version"], capture_output=True, text=True).stdout
    libc = " ".join(platform.libc_ver()) or platform.platform()
    columns = ["function", *forms, "worst of the vectors at", "points"]
    header = f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}\n"
    text = f"""# Accuracy of the elementary functions

Worst errors seen on random points over the whole domain (tiny and huge operands, neighbourhoods of zeros, poles and
switch points, doubles next to multiples of pi/2 included), against mpmath, in ulps. 1 ulp is the distance between the
neighbouring doubles at the exact result; correct rounding is 0.5. These are measurements, not proofs.

- *scalar*: what a closure, or a kernel of one point, calls.
- *8 lanes*: the vector form with AVX-512, *4 lanes* with AVX2 and FMA, *2 lanes* with the instructions of every x86-64
  machine and no fused multiply-add. `gcc` and `clang` give the same bits at every optimisation level, with
  `-ffp-contract=off`. Contraction changes some last bits, and no bound that the tests assert.
- `f32` operands are computed in double and rounded once: 0.51. Vectors of floats have forms of their own of exp, expm1,
  log, log1p, sin, cos, tanh and sigmoid: at most 0.9, and 1.1 without a fused multiply-add; and of softplus, at most
  1.1, and erfc, at most 2.1 (1.5 with AVX-512).

Generated by `python Tests/CNablaMathTests/Data/measure_accuracy.py {points} "{command}"`
({version.splitlines()[0]}, {libc}, {platform.machine()}).

## Nabla's own functions

The bounds stated in the headers and asserted by CNablaMathTests are these, rounded up. Scalar forms with double-double
inside (erfi, gamma, lgamma, digamma, polygamma, powi) depend on nothing; the other scalar forms inherit the errors of
libm below. Vector forms depend on nothing; gamma and its relatives and erfi are computed lane by lane.

{header}{chr(10).join(sections[""])}

## Functions that the C library has too

*scalar* is the C library of this machine, the vector forms are Nabla's.

{header}{chr(10).join(sections["libm."])}

## Functions that are computed together

A kernel in which several of these have one operand computes them at once, and a logarithm with the power of its operand.

{header}{chr(10).join(sections["v_"])}
"""
    if not chosen:
        (ROOT / "docs/accuracy.md").write_text(text)


if __name__ == "__main__":
    main()
