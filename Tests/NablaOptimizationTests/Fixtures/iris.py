"""The minimum that LogisticRegressionTests expects of iris.csv, by SciPy: python3 iris.py

iris.csv has the hundred flowers of Iris versicolor and Iris virginica of R. A. Fisher, "The Use of Multiple Measurements
in Taxonomic Problems", Annals of Eugenics 7 (1936), Table I, as the UCI Machine Learning Repository has them
(doi:10.24432/C56C76, CC BY 4.0): lengths and widths in centimetres, and 1 for virginica.
"""

import pathlib

import numpy as np
from scipy.optimize import minimize

data = np.genfromtxt(pathlib.Path(__file__).with_name("iris.csv"), delimiter=",", skip_header=1)
x, y = data[:, :4], data[:, 4]


def cost(parameters):
    w, b = parameters[:4], parameters[4]
    z = x @ w + b
    return np.mean(np.logaddexp(0, z) - y * z) + 0.01 * np.sum(w**2)


def gradient(parameters):
    w, b = parameters[:4], parameters[4]
    error = (1 / (1 + np.exp(-(x @ w + b))) - y) / len(y)
    return np.append(x.T @ error + 0.02 * w, error.sum())


found = minimize(cost, np.zeros(5), jac=gradient, method="BFGS", options={"gtol": 1e-12})
print(repr(found.fun), [float(v) for v in found.x], np.abs(gradient(found.x)).max())
