"""Prints the file that SafetensorsTests reads: made with the Python package safetensors."""
import base64
import numpy
from safetensors.numpy import save

print(base64.b64encode(save(
    {"w": numpy.array([[1, 2.5], [-3, 4]], "f4"), "b": numpy.array([1, 2, 3], "i8"), "h": numpy.array([0.5], "f2"),
     "s": numpy.array(0.1, "f8"), "t": numpy.array([True, False]), "u": numpy.array([255], "u1")},
    metadata={"made": "by python"})).decode())
