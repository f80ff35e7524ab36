"""Writes oracle.txt: operands and exact results of every function, for the tests of CNablaMath.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install mpmath gmpy2
    /tmp/venv/bin/python Tests/CNablaMathTests/Data/make_oracle.py

A line `name` opens a function; the lines below it are `operands result rest`, doubles in hexadecimal: `result` is the
exact value rounded to double and `rest` what that left, in thousandths of an ulp. Beside plain random points there are
the worst ones among many for the scalar and for the vector form, as compiled on the machine that ran the script.
Licence: as the project's.
"""
import math
import pathlib

import mpmath as mp

import functions
import measure_accuracy


def short(x):
    """A double in hexadecimal without padding."""
    if x == 0:
        return "-0" if math.copysign(1, x) < 0 else "0"
    digits, exponent = x.hex().split("p")
    return digits.rstrip("0").rstrip(".") + "p" + exponent.lstrip("+")


def row(function, operands):
    expected = functions.exact(function, operands)
    if expected is None:
        return None
    result = float(expected)
    rest = (expected - mp.mpf(result)) / mp.mpf(math.ulp(result))
    return " ".join([*map(short, operands), short(result), str(int(mp.nint(rest * 1000)))])


def coarse(x):
    """x with a mantissa of 12 bits: shorter to write, and full of ties."""
    fraction, exponent = math.frexp(x)
    return math.ldexp(round(fraction * 4096), exponent - 12)


def worst(form, name, row, points):
    """The operands of the dozen worst among many random points."""
    drawn = measure_accuracy.draw(row, points)
    values = form(name, [o[0] for o, _ in drawn], [o[-1] for o, _ in drawn])
    if values is None:
        return []
    errors = [(measure_accuracy.error(v, e), o) for v, (o, e) in zip(values, drawn)]
    return [operands for _, operands in sorted(errors, reverse=True)[:12]]


def main():
    table = functions.table(seed=2)
    forms = [measure_accuracy.Scalars(table, "cc -O2"), measure_accuracy.Vectors(table, "cc -O2 -march=native")]
    lines = []
    for name, (function, draws) in table.items():
        ours = not name.startswith("libm.")
        searched = 4000 if ours and name not in ("polygamma", "erfi") else 1500
        rows = [row(function, operands) for form in forms for operands in worst(form, name, table[name], searched)]
        wanted = 230 if ours else 80
        for i in range(wanted):
            draw = draws[i % len(draws)]
            operands = tuple(d() for d in draw) if isinstance(draw, tuple) else (draw(),)
            if i // len(draws) % 2 == 1:
                operands = tuple(map(coarse, operands))
            rows.append(row(function, operands))
        lines += [name] + sorted({r for r in rows if r is not None})
    path = pathlib.Path(__file__).with_name("oracle.txt")
    path.write_text("\n".join(lines) + "\n")
    print(path, path.stat().st_size, "bytes,", len(lines), "lines")


if __name__ == "__main__":
    main()
