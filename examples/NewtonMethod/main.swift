// A Swift program that uses the library: Newton's method on Himmelblau's function, whose gradient and Hessian come from
// the formula; then the same kind of formula built with Swift's operators. Run it with `swift run NewtonMethod`.

import Foundation
import Nabla

let f = try Formula("himmelblau(x, y) = (x^2 + y - 11)^2 + (x + y^2 - 7)^2")
print("d/dx =", try f.derivative(by: "x").text())

// Value, gradient and Hessian in one program, prepared once for many calls.
let step = try f.compiled([.value, .gradient, .hessian])
var (x, y) = (4.0, 3.0)
for iteration in 0..<20 {
  let columns = try step.evaluate(["x": [x], "y": [y]]).map { $0[0] }
  let (value, dx, dy) = (columns[0], columns[1], columns[2])
  let (xx, xy, yy) = (columns[3], columns[4], columns[6])
  let norm = (dx * dx + dy * dy).squareRoot()
  print(String(format: "%2d  f(%.6f, %.6f) = %.3e  |gradient| = %.1e", iteration, x, y, value, norm))
  if norm < 1e-10 { break }
  // Solve the 2×2 system: Hessian · step = -gradient.
  let determinant = xx * yy - xy * xy
  x -= (yy * dx - xy * dy) / determinant
  y -= (xx * dy - xy * dx) / determinant
}

// The same with operators instead of text.
let (a, b, c) = Expression.variables("a", "b", "c")
let g = Formula(3 * (a + b * c))
let point = ["a": 5.0, "b": 3.0, "c": 2.0]
let slopes = try g.gradient(point).sorted { $0.key < $1.key }.map { "d/d\($0.key) = \($0.value)" }
print("3*(a + b*c) =", try g.evaluate(point), "at (5, 3, 2);", slopes.joined(separator: ", "))
