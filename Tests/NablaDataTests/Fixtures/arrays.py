"""Writes arrays.json: files that NumPy made, as base64, with what they hold, and how NumPy prints arrays.

Run with NumPy 2.4: python3 arrays.py >arrays.json
"""

import base64
import io
import json
import zlib

import numpy as np


def encoded(data):
    return base64.b64encode(data).decode()


def plain(values):
    """Numbers as JSON has them; what it has not as strings."""
    if isinstance(values, list):
        return [plain(value) for value in values]
    if isinstance(values, float) and not np.isfinite(values):
        return str(values)
    return values


def saved(array, version=None):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version=version)
    return file.getvalue()


def npy_cases():
    for kind in ["f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "b1"]:
        if kind == "b1":
            values = [[True, False, True], [False, False, True]]
        elif kind[0] == "u":
            values = [[0, 1, 2], [3, 100, 255]]
        elif kind[0] == "i":
            values = [[0, -1, 2], [3, 100, -128]]
        else:
            values = [[0.5, -1.25, float("inf")], [float("nan"), -0.0, 1024.0]]
        for order in "<>":
            for storage in "CF":
                yield f"{order}{kind} {storage}", np.array(values, dtype=order + kind, order=storage), None
    yield "scalar", np.array(2.5), None
    yield "empty", np.zeros((0,)), None
    yield "empty axes", np.zeros((2, 0, 3), dtype="<f4", order="F"), None
    yield "one", np.array([[[7]]], dtype="<i8"), None
    yield "cube F", np.asfortranarray(np.arange(24, dtype="<i4").reshape(2, 3, 4)), None
    yield "version 2", np.arange(3.0), (2, 0)
    yield "version 3", np.arange(3.0), (3, 0)
    yield "extremes i8", np.array([2**63 - 1, -(2**63)], dtype="<i8"), None
    yield "extremes i4", np.array([2**31 - 1, -(2**31)], dtype=">i4"), None
    yield "extremes u4", np.array([2**32 - 1, 0], dtype="<u4"), None
    yield "extremes f2", np.array([65504, 2**-24, -(2**-14), 1 / 3], dtype="<f2"), None


def npz_cases():
    rng = np.random.default_rng(1)
    arrays = {
        "x": np.arange(12.0).reshape(3, 4),
        "ids": np.array([3, 1, 2], dtype="<i4"),
        "long": np.tile(np.arange(50), 6),
        "random": rng.integers(0, 100, 300).astype("<i8"),
        "scalar": np.array(0.1),
        "empty": np.zeros((0, 2)),
    }
    for name, save in [("stored", np.savez), ("deflated", np.savez_compressed)]:
        file = io.BytesIO()
        save(file, **arrays)
        yield {"name": name, "file": encoded(file.getvalue()), "arrays": {
            key: {"shape": list(array.shape), "values": plain(array.ravel().tolist())}
            for key, array in arrays.items()}}


def deflate_cases():
    rng = np.random.default_rng(2)
    noise = rng.integers(0, 256, 700).astype("u1").tobytes()
    words = b" ".join(rng.choice([b"alpha", b"beta", b"gamma", b"delta", b"epsilon"], 500).tolist())
    skewed = np.minimum(rng.geometric(0.3, 2500), 255).astype("u1").tobytes()
    texts = {"nothing": b"", "one": b"a", "zeros": bytes(4000), "noise": noise, "words": words, "skewed": skewed,
             "mixed": words[:1200] + noise[:400] + words[:1200]}
    for name, text in texts.items():
        for level, strategy in [(0, 0), (1, 0), (9, 0), (9, zlib.Z_FIXED), (9, zlib.Z_HUFFMAN_ONLY)]:
            if name == "noise" and level == 0 and strategy != 0:
                continue
            stream = zlib.compressobj(level, zlib.DEFLATED, -15, 8, strategy)
            packed = stream.compress(text) + stream.flush()
            yield {"name": f"{name} {level} {strategy}", "stream": encoded(packed), "size": len(text),
                   "sum": zlib.crc32(text)}


def text_cases():
    rng = np.random.default_rng(3)
    arrays = [
        np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.25, 10.0]), np.array([1 / 3, 2 / 3, 1e-3]),
        np.array([1e-5, 1.0]), np.array([1e8, 1.0]), np.array([99999999.0, 1e5]), np.array([1e-10, 1e10, -1e5]),
        np.array([np.nan, 1.5, -np.inf, np.inf]), np.array([np.nan, np.nan]), np.array([-np.inf, 2.0]),
        np.array([np.nan, 1e-9]), np.array([0.0, -0.0]), np.array([0.1 + 0.2, 123.456789012]),
        np.array([[1, 2], [3, 4]]), np.array([[-1, 20], [300, 4]], dtype="i4"),
        np.array([[True, False], [False, True]]), np.array([0.1, 0.2], dtype="f4"),
        np.array([1 / 3, 1e6], dtype="f4"), np.array([1.5e-7, 3e-7], dtype="f4"), np.array([1 / 3, 1e-5, -1e-3], dtype="f4"),
        np.arange(24.0).reshape(2, 3, 4), np.arange(100),
        rng.normal(size=(3, 30)), rng.normal(size=20) * 10.0 ** rng.integers(-6, 6, 20),
        np.zeros((0,)), np.zeros((2, 0)), np.array([[[[1.0]]]]), np.array([1e300, 1e-300]),
        np.array([5e-324, 1.7976931348623157e308]), np.array([2**62, -(2**62)]), np.array([[1e3, 1.0], [1.0, 1e-1]]),
        np.array([0.000123456789]), np.array([12345678.9]), np.array([1234567.125, 1e3]),
    ]
    # Large ones are multiples of a factor, in order.
    counted = [((1001,), 1), ((1000,), 1), ((100, 100), 1.0), ((10, 20, 30), 1.5), ((2000, 1), 1), ((1, 3000), 0.3),
               ((2, 3, 4, 5, 11), 0.25), ((1001,), 1e-7)]
    cases = [(array, None) for array in arrays]
    cases += [((np.arange(np.prod(shape)) * factor).reshape(shape), factor) for shape, factor in counted]
    names = {"float64": "f64", "float32": "f32", "int64": "i64", "int32": "i32", "bool": "bool"}
    for array, factor in cases:
        for indent in (0, 7):
            text = np.array2string(array, separator=", ", prefix=" " * indent)
            if array.dtype == bool:
                text = text.replace("True", "true").replace("False", "false")
            numbers = {"factor": factor} if factor else {"values": plain(array.ravel().tolist())}
            yield {"element": names[str(array.dtype)], "shape": list(array.shape), **numbers, "indent": indent,
                   "text": text}


npy = []
for name, array, version in npy_cases():
    npy.append({"name": name, "type": array.dtype.str, "shape": list(array.shape),
                "values": plain(array.ravel().tolist()), "file": encoded(saved(array, version))})

lines = []
for key, cases in [("npy", npy), ("npz", npz_cases()), ("deflate", deflate_cases()), ("text", text_cases())]:
    rows = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    lines.append(f'"{key}":[\n{rows}\n]')
print("{" + ",\n".join(lines) + "}")
