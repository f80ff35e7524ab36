"""Prints the series and interpolating polynomials that stand in nabla_math/gamma.h, digamma.h and erfi.h.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install mpmath
    /tmp/venv/bin/python Tests/CNablaMathTests/Data/make_coefficients.py

Licence: as the project's. The coefficients follow from the definitions alone.
"""
import mpmath as mp

mp.mp.prec = 240


def split(value):
    """The double nearest to `value`, and the double nearest to what that leaves."""
    high = float(value)
    return high.hex(), float(value - mp.mpf(high)).hex()


def interpolate(f, low, high, degree):
    """Coefficients in (x - middle) of the polynomial through f at the Chebyshev nodes of [low, high]."""
    low, high = mp.mpf(low), mp.mpf(high)
    middle, radius = (low + high) / 2, (high - low) / 2
    nodes = [mp.cos(mp.pi * (k + mp.mpf(1) / 2) / (degree + 1)) for k in range(degree + 1)]
    matrix = mp.matrix([[node**j for j in range(degree + 1)] for node in nodes])
    values = mp.matrix([f(middle + radius * node) for node in nodes])
    return [c / radius**j for j, c in enumerate(mp.lu_solve(matrix, values))]


def main():
    print("gamma.h: log gamma(1 + z), log gamma(2 + z)")
    print(split(mp.euler), [float((-1) ** k * mp.zeta(k) / k).hex() for k in range(2, 16)])
    print(split(1 - mp.euler), [float((-1) ** k * (mp.zeta(k) - 1) / k).hex() for k in range(2, 13)])

    print("digamma.h: the positive zero, and the series about it")
    root = mp.findroot(mp.digamma, 1.4616321449683623)
    print(split(root), split(mp.psi(1, root)), [float(mp.psi(k, root) / mp.factorial(k)).hex() for k in range(2, 15)])

    print("erfi.h: e^-x^2 erfi(x) in t = x - middle; the last row x e^-x^2 erfi(x) in t = 1/x^2")
    scaled = lambda x: mp.exp(-x * x) * mp.erfi(x)
    edges = [1, 1.75, 2.5, 3.3125, 4.3125, 5.5625]
    rows = [(interpolate(scaled, a, b, 16), (a + b) / 2) for a, b in zip(edges, edges[1:])]
    top = 1 / mp.mpf(edges[-1]) ** 2
    bottom = 1 / mp.mpf(27) ** 2
    far = interpolate(lambda u: scaled(1 / mp.sqrt(u)) / mp.sqrt(u), bottom, top, 16)
    shift = -(bottom + top) / 2  # to powers of u itself
    far = [mp.fsum(c * mp.binomial(j, i) * shift ** (j - i) for j, c in enumerate(far) if j >= i) for i in range(17)]
    for coefficients, middle in rows + [(far, 0.0)]:
        row = [float(middle).hex(), split(coefficients[0])[1]] + [float(c).hex() for c in coefficients]
        print("{" + ", ".join(row) + "},")


if __name__ == "__main__":
    main()
