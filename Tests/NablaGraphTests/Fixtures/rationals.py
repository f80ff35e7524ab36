"""Writes rationals.tsv: exact arithmetic and correctly rounded doubles, from Python's fractions.

    python3 rationals.py > rationals.tsv

Rows: `double n/d HEX` and `sum|difference|product|quotient|floor a b result`. Python rounds int/int correctly.
"""

import random
import struct
from fractions import Fraction

random.seed(20)


def nearest(value: Fraction) -> str:
    try:
        double = value.numerator / value.denominator
    except OverflowError:
        double = float("inf") if value > 0 else float("-inf")
    return struct.pack(">d", double).hex()


def row(*fields):
    print("\t".join(str(field) for field in fields))


print("# Made by rationals.py; the data is the project's own.")
ulp = Fraction(1, 2**1074)
largest = Fraction(2**53 - 1) * 2**971
tie = Fraction(2**53 + 1, 2**53)
values = [
    Fraction(0), Fraction(1), Fraction(-1), Fraction(1, 3), Fraction(-2, 3), Fraction(1, 10), Fraction(10**23),
    Fraction(2**63 - 1), Fraction(-(2**63)), Fraction(2**63), Fraction(2**53 + 1), Fraction(2**54 + 2), Fraction(2**54 + 6),
    # Halfway between doubles, and just beside.
    tie, tie + Fraction(1, 2**200), tie - Fraction(1, 2**200), Fraction(2**53 + 3, 2**53), Fraction(2**53 + 3, 2**52),
    # The smallest numbers: subnormals, halves of them, the least normal.
    ulp, ulp / 2, ulp / 2 + ulp / 2**100, ulp * 3 / 2, ulp * 5 / 2, ulp / 3, ulp / 1000, ulp * (2**52 - 1), ulp * 2**52,
    ulp * (Fraction(2**52) - Fraction(1, 2)), ulp * (Fraction(2**52) - Fraction(3, 4)), -ulp / 2, -ulp * 3 / 2,
    # The largest: the last double, and where rounding reaches infinity.
    largest, largest + 2**969, largest + 2**970 - 1, largest + 2**970, Fraction(2**1024), Fraction(-(2**1024)), Fraction(10**400),
    Fraction(1, 10**400),
]
for _ in range(300):
    n = random.getrandbits(random.choice([10, 60, 64, 70, 300])) * random.choice([1, -1])
    d = random.getrandbits(random.choice([10, 60, 64, 70, 300])) + 1
    values.append(Fraction(n, d))
for _ in range(60):
    values.append(Fraction(random.getrandbits(54) | 1) * Fraction(2) ** random.randint(-1130, -1060))
for value in values:
    row("double", f"{value.numerator}/{value.denominator}", nearest(value))

small = [Fraction(0), Fraction(1, 2), Fraction(-3, 4), Fraction(2**63 - 1), Fraction(-(2**63)), Fraction(1, 2**63 - 1)]
for _ in range(40):
    small.append(Fraction(random.randint(-(2**62), 2**62), random.randint(1, 2**random.choice([3, 30, 62]))))
for _ in range(120):
    a, b = random.choice(small), random.choice(small)
    row("sum", a, b, a + b)
    row("difference", a, b, a - b)
    row("product", a, b, a * b)
    if b != 0:
        row("quotient", a, b, a / b)
    row("less", a, b, "true" if a < b else "false")
    row("floor", a, 1, a.__floor__())
