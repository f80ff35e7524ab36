import NablaData
import NablaGraph
import NablaRuntime

/// The C texts of an exported network. Names are identifiers already; class names become escaped strings.
extension ModelExport.Parts {
  private var prototype: String {
    let parameters =
      inputs.map { "const \($0.element.cName) *\($0.name)" } + results.map { "\($0.element.cName) *\($0.name)" }
    return "int \(name)_predict(int64_t count, \(parameters.joined(separator: ", ")))"
  }

  private var classPrototype: String {
    "int \(name)_class(\(inputs.map { "const \($0.element.cName) *\($0.name)" }.joined(separator: ", ")))"
  }

  var header: String {
    let guardName = "NABLA_MODEL_\(name.uppercased())_H"
    var text = """
      // Written by Nabla: the network \(name) with its weights.
      #ifndef \(guardName)
      #define \(guardName)

      #include <stdint.h>

      #ifdef __cplusplus
      extern "C" {
      #endif

      /// Predicts any number of examples, which lie one after the other, numbers as they were stored before training.
      ///

      """
    for input in inputs { text += "/// \(input.name): \(input.element.cName) [count]\(input.extents)\n" }
    for result in results { text += "/// \(result.name): \(result.element.cName) [count]\(result.extents), written\n" }
    text += """
      ///
      /// Gives 0, 1 where an index lies outside its axis, and 2 where there is not enough memory.
      \(prototype);

      """
    if !classNames.isEmpty {
      text += """

        /// What the classes are called.
        extern const char *const \(name)_classes[\(classNames.count)];

        /// The class of one example, or -1 where \(name)_predict fails.
        \(classPrototype);

        """
    }
    text += """

      /// Reads the weights of a library that has them in a file beside it. Call it before anything else.
      ///
      /// Gives 0, and 1 where the file cannot be read or is another network's. Weights that are part of the library are
      /// always there.
      int \(name)_load(const char *path);

      #ifdef __cplusplus
      }
      #endif

      #endif

      """
    return text
  }

  var source: String {
    var text = """
      // Written by Nabla. Any C11 compiler takes it; link with -lm.
      #include "\(name).h"

      #include <math.h>
      #include <stdlib.h>

      #include "\(network).h"

      \(declarations)

      """
    for input in inputs { text += preparation(of: input) }
    if !classNames.isEmpty {
      let names = classNames.map(ModelExport.Parts.string).joined(separator: ", ")
      text += "const char *const \(name)_classes[\(classNames.count)] = {\(names)};\n\n"
    }
    let buffers = inputs.map { "sizeof(\($0.element.cName)) * \(max($0.count, 1))" }
    text += "\(prototype) {\n"
    text += "  const size_t scratch = (\(network)_workspace + sizeof(double) - 1) / sizeof(double) * sizeof(double);\n"
    for (input, size) in zip(inputs, buffers) {
      text += "  const size_t room_of_\(input.name) = (\(size) + 7) / 8 * 8;\n"
    }
    let total = (["scratch"] + inputs.map { "room_of_\($0.name)" }).joined(separator: " + ")
    text += """
        char *const memory = malloc(\(total));
        int status = 0;
        if (!memory) return 2;
        char *place = memory + scratch;

      """
    for input in inputs {
      text += "  \(input.element.cName) *const prepared_\(input.name) = (\(input.element.cName) *)(void *)place;\n"
      text += "  place += room_of_\(input.name);\n"
    }
    text += "  (void)place;\n"
    if takesKey { text += "  const int64_t random_key = 0;\n" }
    let arguments =
      inputs.map { "prepared_\($0.name)" } + weights.map { "\(name)_\($0.name)" } + (takesKey ? ["&random_key"] : [])
    let steps = Array(repeating: "0", count: arguments.count + results.count)
    text += """
        const void *const arguments[] = {\(arguments.joined(separator: ", "))};
        const int64_t dimensions[] = {1, \(steps.joined(separator: ", "))};
        for (int64_t example = 0; example < count && status == 0; ++example) {

      """
    for input in inputs {
      text += "    prepare_\(input.name)(\(input.name) + example * \(input.count), prepared_\(input.name));\n"
    }
    let targets = results.map { "\($0.name) + example * \($0.count)" }
    text += """
          void *const targets[] = {\(targets.joined(separator: ", "))};
          status = \(network)_map(arguments, targets, dimensions, memory, NULL) ? 1 : 0;
        }
        free(memory);
        return status;
      }

      """
    if let result = results.first, !classNames.isEmpty {
      text += """

        \(classPrototype) {
          \(result.element.cName) numbers[\(result.count)];
          int best = 0;
          if (\(name)_predict(1, \((inputs.map(\.name) + ["numbers"]).joined(separator: ", ")))) return -1;
          for (int k = 1; k < \(result.count); ++k) {
            if (numbers[k] > numbers[best]) best = k;
          }
          return best;
        }

        """
    }
    return text
  }

  /// A function that makes of an example's stored numbers what the network takes.
  private func preparation(of input: ModelExport.Port) -> String {
    let type = input.element.cName
    var text = ""
    var value = "x"
    if let (shift, scale, fill) = input.preparation?.scaling {
      func table(_ label: String, _ values: [Double]) -> String {
        let numbers = values.map { CNumber.text($0, .f64) }.joined(separator: ", ")
        return "static const double \(label)_of_\(input.name)[] = {\(numbers)};\n"
      }
      text += table("shift", shift) + table("scale", scale)
      if let fill {
        text += table("fill", fill)
        value = "(isnan(x) ? fill_of_\(input.name)[k % \(fill.count)] : x)"
      }
      value =
        "(\(type))(((double)\(value) - shift_of_\(input.name)[k % \(shift.count)]) / "
        + "scale_of_\(input.name)[k % \(scale.count)])"
    }
    return text + """
      static void prepare_\(input.name)(const \(type) *stored, \(type) *prepared) {
        for (int64_t k = 0; k < \(input.count); ++k) {
          const \(type) x = stored[k];
          prepared[k] = \(value);
        }
      }


      """
  }

  /// A string of C: whatever is no plain character is written by its bytes.
  private static func string(_ text: String) -> String {
    let bytes = text.utf8.map { byte -> String in
      let scalar = Unicode.Scalar(byte)
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || (0x30...0x39).contains(byte) || byte == 0x20)
      // Octal escapes end after three digits; hexadecimal ones do not end.
      let octal = String(byte, radix: 8)
      return isPlain ? String(scalar) : "\\" + String(repeating: "0", count: 3 - octal.count) + octal
    }
    return "\"\(bytes.joined())\""
  }
}
