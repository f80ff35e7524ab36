import NablaGraph
import Testing

@Suite struct ConstantTests {
  @Test(arguments: [
    0.0, -0.0, 1, -2.5, .infinity, -.infinity, .nan, 0x1p-1074, .greatestFiniteMagnitude, 0.1,
  ]) func `keeps every double`(value: Double) {
    let back = Constant(exactly: value).double
    #expect(back.bitPattern == value.bitPattern)
  }

  @Test func `zero and negative zero differ`() {
    #expect(Constant(exactly: 0.0) == .zero)
    #expect(Constant(exactly: -0.0) != .zero)
    #expect(!Constant(exactly: -0.0).isZero)
  }

  @Test func `the named constants are the nearest doubles`() {
    #expect(Constant.pi.double == .pi)
    // e to 20 digits, read by the standard library.
    #expect(Constant.e.double == 2.71828182845904523536)
  }

  @Test(
    arguments: [
      (Constant.zero, [ElementType.i32, .i64, .f32, .f64]), (.boolean(true), [.bool]), (.pi, [.f32, .f64]),
      (.nan, [.f32, .f64]), (.rational(.half), [.f32, .f64]), (Constant(1 << 31), [.i64, .f32, .f64]),
      (Constant(-1 << 31), [.i32, .i64, .f32, .f64]), (.rational(Rational(.max) + 1), [.f32, .f64]),
    ] as [(Constant, [ElementType])])
  func `knows the element types that have the value`(constant: Constant, types: [ElementType]) {
    #expect(ElementType.allCases.filter { constant.isValue(of: $0) } == types)
  }
}
