"""Writes large formulas, as a generator of programs would: `python3 large.py DIRECTORY`."""
import os
import sys


def rosenbrock(n):
    terms = " + ".join(f"(1-x{i})^2 + 100*(x{i + 1}-x{i}^2)^2" for i in range(n - 1))
    return [f"x{i}" for i in range(n)], terms


def lennardjones(n):
    def distance(i, j):
        return "(" + "+".join(f"({axis}{i}-{axis}{j})^2" for axis in "xyz") + ")"

    terms = " + ".join(f"4*({distance(i, j)}^-6-{distance(i, j)}^-3)" for i in range(n) for j in range(i))
    return [f"{axis}{i}" for i in range(n) for axis in "xyz"], terms


def speelpenning(n):
    names = [f"x{i}" for i in range(n)]
    return names, "*".join(names)


def nest(n):
    return ["x"], "sin(" * n + "x" + ")" * n


def arm(n):
    """Where the hand of an arm of n joints is, over a plane."""
    names = [f"t{i}" for i in range(n)]
    return names, " + ".join("cos(" + "+".join(names[: i + 1]) + ")" for i in range(n))


def determinant(n):
    """A determinant by Laplace's expansion along the first row."""
    def minor(row, columns):
        if row == n - 1:
            return f"a{row}{columns[0]}"
        text = ""
        for k, column in enumerate(columns):
            text += ("-" if k % 2 else "+" if k else "")
            text += f"a{row}{column}*({minor(row + 1, columns[:k] + columns[k + 1:])})"
        return text

    return [f"a{i}{j}" for i in range(n) for j in range(n)], minor(0, list(range(n)))


FORMULAS = {
    "rosenbrock1000": lambda: rosenbrock(1000),
    "rosenbrock10000": lambda: rosenbrock(10_000),
    "lennardjones40": lambda: lennardjones(40),
    "lennardjones120": lambda: lennardjones(120),
    "speelpenning1000": lambda: speelpenning(1000),
    "speelpenning20000": lambda: speelpenning(20_000),
    "nest10000": lambda: nest(10_000),
    "arm100": lambda: arm(100),
    "det6": lambda: determinant(6),
}


def write(directory):
    os.makedirs(directory, exist_ok=True)
    for name, make in FORMULAS.items():
        parameters, body = make()
        with open(os.path.join(directory, name + ".nabla"), "w") as file:
            file.write(f"{name}({', '.join(parameters)}) = {body}\n")


if __name__ == "__main__":
    write(sys.argv[1])
