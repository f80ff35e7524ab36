"""Makes pictures.json: small PNG and Netpbm files of every kind, with the samples that Pillow reads from them.

    pip install pillow numpy && python3 pictures.py > pictures.json

Pillow writes no interlaced files and few depths, so the PNG files are put together here; every line has another filter.
Samples of sixteen bits are those that Pillow has, without the lower eight.
"""

import base64
import io
import json
import struct
import zlib

import numpy as np
from PIL import Image

random = np.random.default_rng(20261121)
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def packed(line, depth):
    """A line of samples as bytes."""
    if depth == 16:
        return b"".join(struct.pack(">H", s) for s in line)
    bits = "".join(format(s, f"0{depth}b") for s in line)
    return bytes(int(bits[i : i + 8].ljust(8, "0"), 2) for i in range(0, len(bits), 8))


def paeth(a, b, c):
    p = a + b - c
    return min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]


def filtered(lines, distance):
    before, result = None, b""
    for number, line in enumerate(lines):
        kind = (number + 1) % 5
        result += bytes([kind])
        for i, byte in enumerate(line):
            a = line[i - distance] if i >= distance else 0
            b = before[i] if before else 0
            c = before[i - distance] if before and i >= distance else 0
            result += bytes([(byte - [0, a, b, (a + b) // 2, paeth(a, b, c)][kind]) % 256])
        before = line
    return result


def png(width, height, colour, depth, interlaced, parts=1):
    channels = CHANNELS[colour]
    top = 5 if colour == 3 and depth > 2 else 1 << depth
    samples = random.integers(0, top, (height, width, channels))
    data = b""
    for x, y, dx, dy in PASSES if interlaced else [(0, 0, 1, 1)]:
        part = samples[y::dy, x::dx]
        if part.size:
            data += filtered([packed(line.reshape(-1).tolist(), depth) for line in part], max(channels * depth // 8, 1))
    stream = zlib.compress(data)
    file = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced))
    if colour == 3:
        file += chunk(b"PLTE", bytes(random.integers(0, 256, 3 * min(top, 1 << depth)).tolist()))
    file += chunk(b"tEXt", b"Title\0a test")
    size = -(-len(stream) // parts)
    for i in range(0, len(stream), size):
        file += chunk(b"IDAT", stream[i : i + size])
    return file + chunk(b"IEND", b"")


def case(name, file):
    image = Image.open(io.BytesIO(file))
    if image.mode.startswith("I"):
        samples = np.asarray(image) >> 8
    else:
        is_grey = image.mode in ("1", "L", "LA") or file[1:4] == b"PNG" and file[25] == 4
        samples = np.asarray(image.convert("L" if is_grey else "RGB"))
    shape = list(samples.shape)
    return {"name": name, "bytes": base64.b64encode(file).decode(), "shape": shape, "samples": samples.reshape(-1).tolist()}


def netpbm(kind, width, height, greatest, image):
    header = f"P{kind}\n# a comment\n{width} {height}\n{greatest}\n".encode()
    if kind < 4:
        return header + " ".join(str(s) for s in image.reshape(-1)).encode() + b"\n"
    return header + b"".join(struct.pack(">H" if greatest > 255 else "B", s) for s in image.reshape(-1))


cases = []
for colour, depths in [(0, [1, 2, 4, 8, 16]), (2, [8, 16]), (3, [1, 2, 4, 8]), (4, [8, 16]), (6, [8, 16])]:
    for depth in depths:
        for interlaced in (0, 1):
            cases.append(case(f"png {colour} {depth} {interlaced}", png(7, 6, colour, depth, interlaced, parts=1 + depth % 3)))
cases += [case("png of one pixel", png(1, 1, 2, 8, 1)), case("png of one column", png(1, 9, 0, 8, 1)), case("png of one line", png(9, 1, 0, 1, 1))]
for kind in (2, 3, 5, 6):
    for greatest in (255, 15) if kind < 4 else (255,):
        cases.append(case(f"P{kind} {greatest}", netpbm(kind, 4, 3, greatest, random.integers(0, greatest + 1, (3, 4, 3 if kind % 3 == 0 else 1)))))

picture = Image.fromarray(random.integers(0, 256, (9, 7, 3), dtype=np.uint8), "RGB")
resized = []
for size in [(3, 4), (14, 18), (7, 3), (1, 1), (10, 5)]:
    samples = np.asarray(picture.resize(size, Image.Resampling.BILINEAR)).reshape(-1).tolist()
    resized.append({"width": size[0], "height": size[1], "samples": samples})
print(json.dumps({"cases": cases, "resize": {
    "shape": [9, 7, 3], "samples": np.asarray(picture).reshape(-1).tolist(),
    "grey": np.asarray(picture.convert("L")).reshape(-1).tolist(), "to": resized}}).replace('}, {"', '},\n{"'))
