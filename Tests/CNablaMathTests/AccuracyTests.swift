import Testing

@Suite struct AccuracyTests {
  @Test(arguments: functions.keys.sorted())
  func `stays within the error that its comment promises`(name: String) throws {
    let apply = try #require(functions[name])
    let points = try #require(oracle[name])
    let section = try #require(sections().first { $0.name == name })
    let promised = try #require(section.promisedError)
    #expect(points.count > 150)
    let worst = try #require(worstError(of: apply, at: points))
    print("\(name): worst \(rounded(worst.error)) ulp, promised \(promised), \(points.count) points")
    #expect(worst.error <= promised, "at \(worst.point.operands): expected \(worst.point.result)")
  }

  /// No promise is ours to keep here; the figures stand in docs/accuracy.md.
  @Test(arguments: libmFunctions.keys.sorted())
  func `the C library is no worse than the reference supposes`(name: String) throws {
    let apply = try #require(libmFunctions[name])
    let points = try #require(oracle["libm." + name])
    let worst = try #require(worstError(of: apply, at: points))
    print("libm \(name): worst \(rounded(worst.error)) ulp, \(points.count) points")
    #expect(worst.error <= 10, "at \(worst.point.operands): expected \(worst.point.result)")
  }

  @Test func `every function of the oracle is tested`() {
    let tested = Set(functions.keys).union(libmFunctions.keys.map { "libm." + $0 })
    #expect(Set(oracle.keys) == tested)
  }
}

private func worstError(of apply: Application, at points: [ExactPoint]) -> (error: Double, point: ExactPoint)? {
  points.map { (error: $0.error(of: apply($0.operands)), point: $0) }.max { $0.error < $1.error }
}

private func rounded(_ error: Double) -> Double { (error * 100).rounded() / 100 }
