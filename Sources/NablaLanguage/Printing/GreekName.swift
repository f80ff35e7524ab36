import NablaGraph

/// The Greek alphabet by the names that programs and LaTeX share.
enum GreekName {
  private static let small = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "omicron", "pi", "rho", "varsigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
  ]

  private static let letters: [String: String] = Dictionary(
    small.enumerated().flatMap { offset, name in
      [(name, 0x3B1 + offset), (name.prefix(1).uppercased() + name.dropFirst(), 0x391 + offset)]
    }.compactMap { name, code in Unicode.Scalar(UInt32(code)).map { (name, String($0)) } },
    uniquingKeysWith: { first, _ in first })

  private static let names: [String: String] = Dictionary(
    letters.map { ($1, $0) }, uniquingKeysWith: { first, _ in first })

  /// Capitals that look Latin have no LaTeX command.
  private static let commands: Set<String> = Set(small).subtracting(["omicron"]).union([
    "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega",
  ])

  /// `\theta` for `theta` and `θ`.
  static func command(for name: String) -> String? {
    let name = names[name] ?? name
    return commands.contains(name) ? "\\" + name : nil
  }

  /// `θ` for `theta`.
  static func letter(named name: String) -> String? { letters[name] }

  /// `theta` for `θ`.
  static func name(of letter: Unicode.Scalar) -> String? { names[String(letter)] }

  /// The letter that mathematics has for a function, read off its LaTeX: `σ` for `\sigma\left(#0\right)`.
  static func letter(of f: Elementwise) -> String? {
    let opening = ExpressionTemplate.latex(f).opening
    guard opening.hasPrefix("\\"), opening.hasSuffix(#"\left("#) else { return nil }
    return letters[String(opening.dropFirst().dropLast(6))]
  }
}
