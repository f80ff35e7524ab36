"""Writes elementwise.tsv: values and partial derivatives of every real elementwise operation, from mpmath.

    pip install mpmath && python3 elementwise.py > elementwise.tsv

Columns: operation, operands, value, derivative by each operand; `nan` where there is none. Derivatives are mpmath's
numerical ones at 60 digits, so they owe nothing to the rules under test. Points lie inside the domains, on every branch.
"""

import random
import mpmath as mp

mp.mp.dps = 60
random.seed(2)


def mod(x, y):
    return x - y * mp.floor(x / y)


def mp_round(x):
    return mp.nint(x)


real = (-4, 4)
positive = (0.05, 8)
unit = (-0.95, 0.95)
outside = [(1.1, 9), (-9, -1.1)]
nonzero = [(0.1, 5), (-5, -0.1)]
between = [(0.1, 2.9), (-3.0, -0.2)]
gammas = [(0.2, 8), (-0.9, -0.1), (-1.9, -1.1), (-4.9, -4.1)]
softplus = lambda x: mp.log(1 + mp.exp(x))

# Operation: function, then one interval (or a list to draw from) for each operand.
table = {
    "negate": (lambda x: -x, real),
    "add": (lambda x, y: x + y, real, real),
    "subtract": (lambda x, y: x - y, real, real),
    "multiply": (lambda x, y: x * y, real, real),
    "divide": (lambda x, y: x / y, real, nonzero),
    "power": (lambda x, y: x**y, positive, real),
    "strong_multiply": (lambda x, y: x * y, nonzero, real),
    "sqrt": (mp.sqrt, positive),
    "cbrt": (lambda x: mp.sign(x) * mp.cbrt(abs(x)), nonzero),
    "exp": (mp.exp, real),
    "exp2": (lambda x: mp.mpf(2) ** x, real),
    "expm1": (lambda x: mp.exp(x) - 1, real),
    "log": (mp.log, positive),
    "log2": (lambda x: mp.log(x) / mp.log(2), positive),
    "log10": (lambda x: mp.log(x) / mp.log(10), positive),
    "log1p": (lambda x: mp.log(1 + x), (-0.9, 5)),
    "sin": (mp.sin, (-20, 20)),
    "cos": (mp.cos, (-20, 20)),
    "tan": (mp.tan, (-1.4, 1.4)),
    "cot": (mp.cot, between),
    "sec": (mp.sec, (-1.4, 1.4)),
    "csc": (mp.csc, between),
    "asin": (mp.asin, unit),
    "acos": (mp.acos, unit),
    "atan": (mp.atan, (-9, 9)),
    "acot": (lambda x: mp.atan(1 / x), nonzero),
    "asec": (lambda x: mp.acos(1 / x), outside),
    "acsc": (lambda x: mp.asin(1 / x), outside),
    "atan2": (mp.atan2, nonzero, nonzero),
    "sinh": (mp.sinh, real),
    "cosh": (mp.cosh, real),
    "tanh": (mp.tanh, real),
    "coth": (mp.coth, nonzero),
    "sech": (mp.sech, real),
    "csch": (mp.csch, nonzero),
    "asinh": (mp.asinh, (-9, 9)),
    "acosh": (mp.acosh, (1.1, 9)),
    "atanh": (mp.atanh, unit),
    "acoth": (lambda x: mp.log((x + 1) / (x - 1)) / 2, outside),
    "asech": (lambda x: mp.acosh(1 / x), (0.1, 0.9)),
    "acsch": (lambda x: mp.asinh(1 / x), nonzero),
    "abs": (abs, nonzero),
    "sign": (mp.sign, nonzero),
    "floor": (mp.floor, (1.1, 1.9)),
    "ceil": (mp.ceil, (-1.9, -1.1)),
    "round": (mp_round, (0.6, 1.4)),
    "trunc": (lambda x: mp.sign(x) * mp.floor(abs(x)), [(2.1, 2.9), (-2.9, -2.1)]),
    "min": (min, real, real),
    "max": (max, real, real),
    "clamp": (lambda x, low, high: min(max(x, low), high), (-6, 6), (-3, -1), (1, 3)),
    "mod": (mod, [(-9.9, -9.1), (0.3, 0.9)], [(1.0, 1.01), (-1.01, -1.0)]),
    "step": (lambda x: mp.mpf(x > 0), nonzero),
    "relu": (lambda x: max(x, mp.mpf(0)), nonzero),
    "hypot": (mp.hypot, nonzero, nonzero),
    "erf": (mp.erf, real),
    "erfc": (mp.erfc, real),
    "erfi": (mp.erfi, real),
    "gamma": (mp.gamma, gammas),
    "lgamma": (lambda x: mp.log(abs(mp.gamma(x))), gammas),
    "digamma": (mp.digamma, gammas),
    "polygamma": (lambda n, x: mp.polygamma(int(n), x), None, (0.2, 8)),
    "xlogx": (lambda x: x * mp.log(x), positive),
    "xlogy": (lambda x, y: x * mp.log(y), real, positive),
    "log1mexp": (lambda x: mp.log(1 - mp.exp(x)), (-5, -0.1)),
    "logaddexp": (lambda x, y: mp.log(mp.exp(x) + mp.exp(y)), real, real),
    "sigmoid": (lambda x: 1 / (1 + mp.exp(-x)), (-9, 9)),
    "softplus": (softplus, (-9, 9)),
    "identity": (lambda x: x, real),
    "floor_divide": (lambda x, y: mp.floor(x / y), [(-9.9, -9.1), (0.3, 0.9)], [(1.0, 1.01), (-1.01, -1.0)]),
}


def draw(interval):
    if interval is None:
        return float(random.randint(1, 4))
    if isinstance(interval, list):
        interval = random.choice(interval)
    return random.uniform(*interval)


def derivative(f, point, index):
    if f is table["polygamma"][0] and index == 0:
        return mp.nan
    return mp.diff(lambda t: f(*point[:index], t, *point[index + 1 :]), point[index])


print("# Made by elementwise.py with mpmath", mp.__version__ + "; the data is the project's own.")
for name, (f, *intervals) in table.items():
    for _ in range(16):
        point = [draw(interval) for interval in intervals]
        exact = [mp.mpf(x) for x in point]
        slopes = [derivative(f, exact, i) for i in range(len(point))]
        fields = [name, *point, float(f(*exact)), *(float(slope) for slope in slopes)]
        print("\t".join(repr(field) if isinstance(field, float) else field for field in fields))
