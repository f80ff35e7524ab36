"""What the accuracy scripts know about each function: its exact value in mpmath, and where to sample it.

A name without prefix is the function `nabla_NAME` of the project; `libm.NAME` is the C library's.
"""
import math
import random

import mpmath as mp

mp.mp.prec = 240


class Sampler:
    """Reproducible random doubles: each method returns a function of no arguments that draws one."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def uniform(self, low, high):
        return lambda: self.random.uniform(low, high)

    def magnitude(self, low, high):
        """Positive, uniform in the logarithm."""
        return lambda: math.exp(self.random.uniform(math.log(low), math.log(high)))

    def signed(self, draw):
        return lambda: math.copysign(draw(), self.random.random() - 0.5)

    def near(self, center, low=1e-17, high=0.3):
        offset = self.signed(self.magnitude(low, high))
        return lambda: center + offset()

    def integer(self, low, high):
        return lambda: float(self.random.randint(low, high))

    def near_integer(self, low, high):
        whole, offset = self.integer(low, high), self.signed(self.magnitude(1e-14, 0.5))
        return lambda: whole() + offset()

    def quarter_turns(self, limit):
        """The doubles next to multiples of pi/2, where a reduction loses most."""
        count = self.signed(self.magnitude(1, limit))
        return lambda: float(mp.pi / 2 * round(count()))


def log1mexp(x):
    return mp.log(-mp.expm1(x)) if x > -1 else mp.log1p(-mp.exp(x))


def softplus(x):
    return x + mp.log1p(mp.exp(-x)) if x > 0 else mp.log1p(mp.exp(x))


def lgamma(x):
    return mp.log(abs(mp.gamma(x))) if abs(x) < 1e3 else mp.re(mp.loggamma(x))


def table(seed):
    """name -> (exact function, ways to draw its operands); a binary function draws pairs."""
    s = Sampler(seed)
    u, m, signed, near = s.uniform, s.magnitude, s.signed, s.near
    tiny, huge = 5e-324, 1.7e308
    full, middle, positive = signed(m(1e-320, huge)), signed(m(1e-10, 50)), m(1e-320, huge)
    beyond_one = signed(lambda: 1 + m(1e-16, 1e3)())
    hyperbolic = [middle, signed(u(0, 2)), u(-750, 750), signed(m(tiny, 750))]
    outside = [beyond_one, signed(u(1, 4)), signed(m(1, huge))]
    circular = [middle, full, u(-10, 10)]
    turning = circular + [s.quarter_turns(2.0**20), s.quarter_turns(2.0**60)]
    inverse = [u(-1, 1), signed(m(1e-300, 1)), signed(lambda: 1 - m(1e-16, 1)())]
    gamma = [u(0, 12), u(0, 172), u(-184, 0), m(1e-307, 172), u(-6, 6), s.near_integer(-170, 170), s.integer(1, 170)]
    lgamma_domain = [u(0, 12), u(0, 200), m(1e-307, 1e305), near(1), near(2), near(1, 0.01), near(2, 0.01)]
    negative = [u(-200, 0), u(-5, 0), lambda: -m(1e-307, 1e10)(), s.near_integer(-30, -1)]

    functions = {
        "cot": (mp.cot, turning),
        "sec": (mp.sec, turning),
        "csc": (mp.csc, turning),
        "acot": (lambda x: mp.atan(1 / x), circular),
        "asec": (lambda x: mp.acos(1 / x), outside),
        "acsc": (lambda x: mp.asin(1 / x), outside),
        "coth": (mp.coth, [middle, full, u(-25, 25)]),
        "sech": (mp.sech, hyperbolic),
        "csch": (mp.csch, hyperbolic),
        "acoth": (lambda x: mp.atanh(1 / x), outside),
        "asech": (lambda x: mp.acosh(1 / x), [m(1e-320, 1), u(0, 1), lambda: 1 - m(1e-16, 0.5)()]),
        "acsch": (lambda x: mp.asinh(1 / x), circular),
        "mod": (lambda x, y: x - y * mp.floor(x / y), [(middle, middle), (signed(m(1e-20, 1e40)), middle)]),
        "powi": (
            lambda x, n: x ** int(n),
            [
                (signed(m(0.02, 60)), s.integer(-60, 60)),
                (signed(m(0.5, 2)), s.integer(-600, 600)),
                (u(0.99, 1.01), s.integer(-60000, 60000)),
                (full, s.integer(-5, 5)),
            ],
        ),
        "xlogx": (lambda x: x * mp.log(x), [m(1e-10, 50), positive, near(1)]),
        "xlogy": (lambda x, y: x * mp.log(y), [(middle, m(1e-10, 50)), (middle, near(1))]),
        "log1mexp": (log1mexp, [lambda: -m(1e-320, 700)(), u(-2, 0), u(-50, 0)]),
        "softplus": (softplus, [middle, u(-2, 2), u(-700, 750), signed(m(1e-320, 700))]),
        "sigmoid": (lambda x: 1 / (1 + mp.exp(-x)), [middle, u(-2, 2), u(-700, 700), signed(m(1e-320, 700))]),
        "erfi": (mp.erfi, [signed(m(1e-320, 26.6)), u(-2, 2), u(-26.6, 26.6)]),
        "gamma": (mp.gamma, gamma),
        "lgamma": (lgamma, lgamma_domain + negative),
        "digamma": (mp.digamma, [u(0, 12), u(0, 200), m(1e-307, huge), near(1.4616321449683623)] + negative),
        "polygamma": (
            lambda n, x: mp.psi(int(n), x),
            [
                (s.integer(1, 5), u(0, 20)),
                (s.integer(1, 60), m(1e-4, 1e4)),
                (s.integer(1, 3), m(1e-90, 1e90)),
                (s.integer(1, 5), u(-20, 0)),
                (s.integer(1, 30), u(-60, 0)),
            ],
        ),
    }
    libm = {
        "sin": (mp.sin, turning),
        "cos": (mp.cos, turning),
        "tan": (mp.tan, turning),
        "asin": (mp.asin, inverse),
        "acos": (mp.acos, inverse),
        "atan": (mp.atan, circular),
        "atan2": (mp.atan2, [(middle, middle)]),
        "sinh": (mp.sinh, [middle, u(-2, 2), u(-710, 710)]),
        "cosh": (mp.cosh, [middle, u(-2, 2), u(-710, 710)]),
        "tanh": (mp.tanh, [middle, u(-2, 2), u(-25, 25)]),
        "asinh": (mp.asinh, circular),
        "acosh": (mp.acosh, [lambda: 1 + m(1e-16, 1e3)(), m(1, huge)]),
        "atanh": (mp.atanh, inverse),
        "exp": (mp.exp, [middle, u(-708, 709)]),
        "exp2": (lambda x: mp.mpf(2) ** x, [middle, u(-1022, 1023)]),
        "expm1": (mp.expm1, [middle, u(-40, 709), u(-2, 2)]),
        "log": (mp.log, [m(1e-10, 50), positive, near(1)]),
        "log2": (lambda x: mp.log(x, 2), [m(1e-10, 50), positive, near(1)]),
        "log10": (mp.log10, [m(1e-10, 50), positive, near(1)]),
        "log1p": (mp.log1p, [lambda: -1 + m(1e-16, 1e3)(), signed(m(1e-300, 0.9)), m(1, huge)]),
        "pow": (
            mp.power,
            [
                (m(1e-5, 1e5), u(-50, 50)),
                (near(1, 1e-8), u(-1e4, 1e4)),
                (m(1e-300, 1e300), u(-1, 1)),
                (m(0.2, 5), u(-400, 400)),
                (near(1, 1e-12, 1e-3), signed(m(1, 1e14))),
            ],
        ),
        "cbrt": (mp.cbrt, [m(1e-10, 50), positive]),
        "hypot": (mp.hypot, [(middle, middle), (full, full)]),
        "erf": (mp.erf, [middle, u(-6, 6)]),
        "erfc": (mp.erfc, [u(-6, 26), u(-2, 2), middle]),
        "tgamma": (mp.gamma, gamma),
        "lgamma": (lgamma, lgamma_domain),
    }
    return {**functions, **{"libm." + name: row for name, row in libm.items()}}


def exact(function, operands):
    """The exact value, or None outside the real domain, beyond the normal doubles or at a pole."""
    try:
        value = function(*map(mp.mpf, operands))
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    if not isinstance(value, mp.mpf) or not mp.isfinite(value):
        return None
    return value if value == 0 or mp.mpf(2) ** -1022 <= abs(value) < mp.mpf(2) ** 1024 * (1 - mp.mpf(2) ** -54) else None
