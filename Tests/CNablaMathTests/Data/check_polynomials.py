"""Compares the polynomials and tables of Sources/CNablaMath/vector with what they stand for.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install mpmath
    /tmp/venv/bin/python Tests/CNablaMathTests/Data/check_polynomials.py

For every polynomial, in the order of the files: the function, how far the text's coefficients are from it on the
interval, and how far the interpolation at the nodes of Chebyshev is before its coefficients are rounded. `--print`
prints the coefficients of the latter, which is where most of the text's come from; the others are minimax fits. A
polynomial that leaves 2^-43 stands behind a factor of 2^-11 or less. Licence: as the project's. The coefficients follow
from the definitions alone.
"""
import pathlib
import re
import struct
import sys

import mpmath as mp

mp.mp.dps = 50
VECTOR = pathlib.Path(__file__).resolve().parents[3] / "Sources/CNablaMath/vector"
LN2, PI = mp.log(2), mp.pi


def series(term, terms=30):
    """The function with these Taylor coefficients."""
    coefficients = [mp.mpf(term(k)) for k in range(terms)]
    return lambda x: mp.polyval(coefficients[::-1], x)


def near(f, taylor, limit=1e-3):
    """f, and its Taylor series where f cancels."""
    return lambda x: taylor(x) if abs(x) < limit else f(x)


log1p_cubic = near(lambda r: (mp.log1p(r) - r + r * r / 2) / r**3, series(lambda k: mp.mpf(-1) ** k / (k + 3)))
exp_tail = near(lambda r: (mp.expm1(r) - r) / r**2, series(lambda k: 1 / mp.factorial(k + 2)))
sin_tail = series(lambda k: mp.mpf(-1) ** (k + 1) / mp.factorial(2 * k + 3))
cos_tail = series(lambda k: mp.mpf(-1) ** k / mp.factorial(2 * k + 4))
artanh = lambda skip: series(lambda k: mp.mpf(2) / (2 * k + skip), 60)
asin_tail = near(
    lambda z: (mp.asin(mp.sqrt(z)) - mp.sqrt(z)) / mp.sqrt(z) ** 3,
    series(lambda k: mp.binomial(2 * k + 2, k + 1) / (mp.mpf(4) ** (k + 1) * (2 * k + 3))))
atan_tail = near(
    lambda z: (mp.atan(mp.sqrt(z)) - mp.sqrt(z)) / mp.sqrt(z) ** 3,
    series(lambda k: mp.mpf(-1) ** (k + 1) / (2 * k + 3)))
erf_small = near(
    lambda z: mp.erf(mp.sqrt(z)) / mp.sqrt(z),
    series(lambda k: 2 / mp.sqrt(PI) * mp.mpf(-1) ** k / (mp.factorial(k) * (2 * k + 1))))


def erfc_tail(center, shift):
    """(g(t) - g(0))/t, where g(t) = e^x^2 erfc(x) (x + shift) and t = (x - center)/(x + center)."""
    def g(t):
        x = center * (1 + t) / (1 - t)
        return mp.exp(x * x) * mp.erfc(x) * (x + shift)

    return lambda t: (g(t) - g(mp.mpf(0))) / t if abs(t) > 1e-12 else mp.diff(g, 0)



half_ln2, sixteenth, quarter = LN2 / 2, LN2 / 32, (PI / 4) ** 2
s_max = (mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)
# file -> what its polynomials stand for: title, function, interval
MEANINGS = {
    "circular.h": [
        ("(sin r - r)/r^3 in r^2", sin_tail, 0, quarter),
        ("(cos r - 1 + r^2/2)/r^4 in r^2", cos_tail, 0, quarter),
    ],
    "error.h": [
        ("erf(x)/x in x^2", erf_small, 0, 1),
        (
            "(g(t) - g(0))/t, g = e^x^2 erfc(x) (x + 1), t = (x - 15/4)/(x + 15/4)",
            erfc_tail(mp.mpf(15) / 4, 1), -mp.mpf(13) / 17, mp.mpf(95) / 125),
    ],
    "exponential.h": [
        ("(e^r - 1 - r)/r^2", exp_tail, -half_ln2, half_ln2),
        ("the same, by table", exp_tail, -sixteenth, sixteenth),
        ("the same, by table, careful", exp_tail, -sixteenth, sixteenth),
    ],
    "hyperbolic.h": [("(sinh a - a)/a^3 in a^2", series(lambda k: 1 / mp.factorial(2 * k + 3)), 0, 1)],
    "inverse.h": [
        ("(asin r - r)/r^3 in r^2", asin_tail, 0, mp.mpf(1) / 4),
        ("(atan t - t)/t^3 in t^2", atan_tail, 0, mp.mpf(1) / 4),
    ],
    "logarithmic.h": [
        ("(2 artanh s - 2s)/s^3 in s^2", artanh(3), 0, s_max**2),
        ("(log(1 + r) - r + r^2/2)/r^3", log1p_cubic, -mp.mpf(2) / 63, mp.mpf(2) / 63),
    ],
    "power.h": [
        ("the same, careful", log1p_cubic, -mp.mpf(2) / 63, mp.mpf(2) / 63),
        ("(2 artanh s - 2s - 2s^3/3)/s^5 in s^2", artanh(5), 0, s_max**2),
        ("the cube root, a first guess", mp.cbrt, mp.mpf("0.353"), mp.mpf("2.829")),
    ],
    "single_exponential.h": [("f32: (e^r - 1 - r)/r^2", exp_tail, -half_ln2, half_ln2)],
    "single_logarithmic.h": [("f32: (log(1 + f) - f + f^2/2)/f^3", log1p_cubic, mp.sqrt(0.5) - 1, mp.sqrt(2) - 1)],
    "single_error.h": [
        ("f32: the tail of e^x^2 erfc(x) (x + 2) in t = (x - 2)/(x + 2)", erfc_tail(mp.mpf(2), 2), -1, mp.mpf(81) / 121),
        ("f32: erf(x)/x in x^2", erf_small, 0, mp.mpf(1) / 4),
    ],
    "single_circular.h": [
        ("f32: (sin r - r)/r^3 in r^2", sin_tail, 0, quarter),
        ("f32: (cos r - 1 + r^2/2)/r^4 in r^2", cos_tail, 0, quarter),
    ],
}


def polynomials(text):
    """The coefficients of the polynomials of a text, lowest first."""
    macros = dict(re.findall(r"#define (NABLA_V_\w+_TAIL) \\\n(.*?)(?=\n[^ ])", text, re.S))
    for match in re.finditer(r"NABLA_VF?_POLY\(\s*[\w.]+,(.*?)\)[;)\s]", text, re.S):
        body = macros.get(match[1].strip(), match[1])
        numbers = re.findall(r"-?0x[0-9a-f.]+p[+-]?\d+", body)
        if numbers:
            yield [mp.mpf(float.fromhex(n)) for n in numbers], "f," in body


def main():
    for name, meanings in MEANINGS.items():
        found = list(polynomials((VECTOR / name).read_text()))
        if len(found) != len(meanings):
            sys.exit(f"{name} has {len(found)} polynomials, not {len(meanings)}")
        for (coefficients, is_single), (title, f, low, high) in zip(found, meanings):
            low, high = mp.mpf(low), mp.mpf(high)
            if f is erf_small:
                coefficients[0] += mp.mpf(float.fromhex("0x1.20dd76p+0")) if is_single else 1  # added last
            points = [low + (high - low) * k / 500 for k in range(501)]
            worst = max(abs(mp.polyval(coefficients[::-1], x) / f(x) - 1) for x in points)
            fit, _ = mp.chebyfit(f, [low, high], len(coefficients), error=True)
            ideal = max(abs(mp.polyval(fit, x) / f(x) - 1) for x in points)
            bits = lambda error: f"2^{float(mp.log(error, 2)):.1f}"
            print(f"{name}: {title}: {len(coefficients)} coefficients, {bits(worst)}, Chebyshev {bits(ideal)}")
            if "--print" in sys.argv:
                numbers = [float(c) for c in fit[::-1]]
                if is_single:
                    numbers = [struct.unpack("f", struct.pack("f", n))[0] for n in numbers]
                print("   ", ", ".join(n.hex() for n in numbers))
    tables()


def tables():
    """The tables of 16 rows for AVX-512: 2^(j/16), the logarithms, erf(x)/x on intervals."""
    def table(name, text):
        body = re.search(name + r"\[(?:13\]\[)?16\] = \{(.*?)\};", text, re.S)[1]
        return [mp.mpf(float.fromhex(n)) for n in re.findall(r"-?(?:0x[0-9a-f.]+p[+-]?\d+|\b0\b)", body)]

    exponential = (VECTOR / "exponential.h").read_text()
    high, low = table("nabla_v_powers", exponential), table("nabla_v_powers_low", exponential)
    report("2^(j/16)", [h + l - mp.mpf(2) ** (mp.mpf(j) / 16) for j, (h, l) in enumerate(zip(high, low))])
    logarithmic = (VECTOR / "logarithmic.h").read_text()
    for name in ("log", "log2", "log10"):
        start = 0 if name == "log" else logarithmic.index(f"nabla_v_{name}(nabla_v x)")
        names = ("nabla_v_log_high", "nabla_v_log_low") if name == "log" else ("high", "low")
        high, low = (table(n, logarithmic[start:]) for n in names)
        base = {"log": mp.e, "log2": 2, "log10": 10}[name]
        exact = [-mp.log((1 + mp.mpf(j) / 16) / (1 if j < 8 else 2)) / mp.log(base) for j in range(16)]
        report(f"{name} of 1/c", [h + l - e for h, l, e in zip(high, low, exact)])
    rows = table("nabla_v_erf_rows", (VECTOR / "error.h").read_text())
    errors = []
    for interval in range(16):
        coefficients = [rows[16 * k + interval] for k in range(13)]
        for step in range(41):
            u = mp.mpf(3) / 16 * (step - 20) / 20
            x = mp.mpf(3) / 8 * interval + mp.mpf(3) / 16 + u
            exact = mp.erf(x) / x if x > 0 else 2 / mp.sqrt(PI)
            errors.append(mp.polyval(coefficients[::-1], u) / exact - 1)
    report("erf(x)/x by intervals", errors)
    report_short_exponential(exponential)
    report_tanh((VECTOR / "single_exponential.h").read_text())
    report_softplus((VECTOR / "single_logarithmic.h").read_text())


def report_short_exponential(text):
    """e^r - 1 by the polynomial with more sums than products."""
    body = re.search(r"nabla_v_expm1_512_short\(nabla_v r\) \{(.*?)\n\}", text, re.S)[1]
    scale, a, b, c, d = (mp.mpf(float.fromhex(n)) for n in re.findall(r"0x[0-9a-f.]+p[+-]?\d+", body))
    points = [sixteenth * k / 100 for k in range(-100, 101)]
    report("e^r - 1", [r + scale * r**2 * ((r**2 + a * r + b) * (r**2 + c) + d) - mp.expm1(r) for r in points])


def float_tables(text, *names):
    """Tables of floats, each as one list."""
    for name in names:
        body = re.search(name + r"(?:\[\d\])?\[16\] = \{(.*?)\};", text, re.S)[1]
        words = re.findall(r"-?(?:0x[0-9a-f.]+p[+-]?\d+f|\b0\b)", body)
        yield [mp.mpf(float.fromhex(word.rstrip("f") if "x" in word else word)) for word in words]


def report_tanh(text):
    """tanh a on sixteen intervals, in floats."""
    less, pieces = float_tables(text, "nabla_vf_tanh_less", "nabla_vf_tanh_pieces")
    errors = []
    for interval in range(16):
        width = mp.mpf(2) ** (interval // 4 - 2)
        start, row = (4 + interval % 4) * width - 1, (interval + 12) % 16
        for step in range(1, 41):
            r = width * step / 40
            y = min(start + r, 1) if start < 1 else 1
            y += mp.polyval([pieces[16 * k + row] for k in range(6, -1, -1)], r) - less[row]
            errors.append(y / mp.tanh(start + r) - 1)
    report("tanh by intervals, in floats", errors)


def report_softplus(text):
    """e^a log(1 + e^-a) on sixteen intervals, in floats."""
    starts, pieces = float_tables(text, "nabla_vf_softplus_starts", "nabla_vf_softplus_pieces")
    errors = []
    for row in range(16):
        width = mp.mpf(2) ** (row // 4 - 1)
        start = (4 + row % 4) * width - 2
        for step in range(41):
            r = width * step / 40
            y = starts[row] + mp.polyval([pieces[16 * k + row] for k in range(5, -1, -1)], r)
            errors.append(y / (mp.exp(start + r) * mp.log1p(mp.exp(-start - r))) - 1)
    report("e^a log(1 + e^-a) by intervals, in floats", errors)


def report(title, errors):
    print(f"table of {title}: 2^{float(mp.log(max(map(abs, errors)), 2)):.1f}")


if __name__ == "__main__":
    main()
