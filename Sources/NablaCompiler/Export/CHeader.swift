/// What the headers of exported functions have in common.
struct CHeader {
  /// The exported function.
  let name: String
  /// What is said of all functions.
  var about = ""
  let declarations: String

  var text: String {
    let guardName = "NABLA_EXPORT_\(name.uppercased())_H"
    return """
      // Written by Nabla.\(about)
      #ifndef \(guardName)
      #define \(guardName)

      #include <stdint.h>

      #ifdef __cplusplus
      extern "C" {
      #define _Bool bool
      #endif

      \(declarations)
      #ifdef __cplusplus
      #undef _Bool
      }
      #endif

      #endif

      """
  }

  /// What a map over points takes and gives.
  ///
  /// - Parameters:
  ///   - inputs: a line about each.
  ///   - results: the same.
  static func map(hasGradient: Bool, inputs: [String], results: [String]) -> String {
    var text = """

      /// \(hasGradient ? "The value and its partial derivatives" : "The values") at any number of points.
      ///
      /// dims[0] is the number of points. args[k] and results[k] are the addresses at the first point, dims[1 + k] and
      /// dims[\(1 + inputs.count) + k] the steps, in elements, to the next; step 0 repeats an input. A result overlaps
      /// nothing else.

      """
    for (position, line) in inputs.enumerated() { text += "/// args[\(position)]: \(line)\n" }
    for (position, line) in results.enumerated() { text += "/// results[\(position)]: \(line)\n" }
    return text
  }

  /// The scratch memory that some functions want.
  static func workspace(_ name: String, _ size: Int) -> String {
    """
    /// Bytes of scratch memory, aligned as a double, for every parameter `workspace`.
    enum { \(name)_workspace = \(size) };

    """
  }
}
