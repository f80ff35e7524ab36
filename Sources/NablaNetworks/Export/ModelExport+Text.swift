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

      \(declarations(external: true))

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

  // MARK: Weights

  private func declarations(external: Bool) -> String {
    weights.map { "extern const \($0.element.cName) \(name)_\($0.name)[\(max($0.count, 1))];" }
      .joined(separator: "\n") + "\n"
  }

  /// The weights as constants.
  func constantWeights(_ values: [Tensor]) -> String {
    var text = """
      // Written by Nabla: the weights of the network \(name).
      #include "\(name).h"

      #include <math.h>

      \(declarations(external: true))
      int \(name)_load(const char *path) {
        (void)path;
        return 0;
      }

      """
    for (port, value) in zip(weights, values) {
      text += "\nconst \(port.element.cName) \(name)_\(port.name)[\(max(port.count, 1))] = {"
      let numbers = value.doubles
      for (index, number) in numbers.enumerated() {
        text += index % 8 == 0 ? "\n    " : " "
        text += CNumber.text(number, port.element) + ","
      }
      text += numbers.isEmpty ? "0};\n" : "\n};\n"
    }
    return text
  }

  /// The weights as memory that a file is read into.
  ///
  /// The arrays are written here alone, so that everywhere else they are constants.
  var loadedWeights: String {
    var text = """
      // Written by Nabla: the weights of the network \(name), which are read from a file.
      #include <stdint.h>
      #include <stdio.h>

      int \(name)_load(const char *path);


      """
    for port in weights {
      text += "extern \(port.element.cName) \(name)_\(port.name)[\(max(port.count, 1))];\n"
      text += "\(port.element.cName) \(name)_\(port.name)[\(max(port.count, 1))];\n"
    }
    text += """

      int \(name)_load(const char *path) {
        unsigned char size[8];
        uint64_t bytes = 0;
        int status = 1;
        FILE *const file = fopen(path, "rb");
        if (!file) return 1;
        if (fread(size, 1, 8, file) == 8) {
          for (int k = 0; k < 8; ++k) bytes |= (uint64_t)size[k] << (8 * k);
          status = bytes != UINT64_C(\(weights.reduce(0) { $0 + $1.count * $1.element.size }));
        }

      """
    for port in weights where port.count > 0 {
      let array = "\(name)_\(port.name)"
      text +=
        "  if (!status) status = fread(\(array), sizeof(\(port.element.cName)), \(port.count), file) != \(port.count);\n"
    }
    return text + """
        if (!status) status = fgetc(file) != EOF;
        fclose(file);
        return status;
      }

      """
  }

  /// The file of weights: how many bytes there are, and the arrays one after the other, in this machine's order of bytes.
  func bytes(of values: [Tensor]) -> [UInt8] {
    let count = weights.reduce(0) { $0 + $1.count * $1.element.size }
    var bytes = (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
    for value in values { value.column.withUnsafeBytes { bytes.append(contentsOf: $0) } }
    return bytes
  }

  // MARK: Test

  func main(_ samples: (inputs: [Tensor], results: [NamedTensor]), separatesWeights: Bool) -> String {
    let count = samples.inputs.first?.shape.first ?? 0
    func table(_ name: String, _ tensor: Tensor, _ element: ElementType) -> String {
      let numbers = tensor.doubles.map { CNumber.text($0, element) }
      let lines = stride(from: 0, to: numbers.count, by: 8).map {
        "    " + numbers[$0..<min($0 + 8, numbers.count)].joined(separator: ", ")
      }
      return "static const \(element.cName) \(name)[] = {\n\(lines.joined(separator: ",\n"))};\n"
    }
    var text = """
      // Written by Nabla. Predicts \(count) examples, prints the results, and fails if they are not those of Nabla.
      #include "\(name).h"

      #include <math.h>
      #include <stdio.h>


      """
    for (port, tensor) in zip(inputs, samples.inputs) { text += table("main_\(port.name)", tensor, port.element) }
    for (port, result) in zip(results, samples.results) {
      text += table("main_expected_\(port.name)", result.tensor, port.element)
      text += "static \(port.element.cName) main_\(port.name)[\(max(count * port.count, 1))];\n"
    }
    let arguments = (inputs + results).map { "main_\($0.name)" }.joined(separator: ", ")
    text += "\nint main(int argc, char **argv) {\n  int differ = 0;\n"
    if separatesWeights {
      text += """
          if (\(name)_load(argc > 1 ? argv[1] : "\(name).weights")) {
            fprintf(stderr, "the weights cannot be read\\n");
            return 1;
          }

        """
    } else {
      text += "  (void)argc;\n  (void)argv;\n"
    }
    text += """
        if (\(name)_predict(\(count), \(arguments))) return 1;
        for (int k = 0; k < \(count); ++k) {
          printf("%d:", k);

      """
    for port in results where port.count > 0 {
      text += """
            for (int i = 0; i < \(port.count); ++i) {
              const double a = (double)main_\(port.name)[k * \(port.count) + i];
              const double b = (double)main_expected_\(port.name)[k * \(port.count) + i];
              const double size = fabs(b) > 1 ? fabs(b) : 1;
              if (i < 10) printf(" %.6g", a);
              if (!(fabs(a - b) <= \(port.element == .f64 ? "1e-9" : "1e-4") * size) && (a == a || b == b)) differ = 1;
            }

        """
    }
    if !classNames.isEmpty {
      let places = inputs.map { "main_\($0.name) + k * \($0.count)" }.joined(separator: ", ")
      text += "    printf(\"  %s\", \(name)_classes[\(name)_class(\(places))]);\n"
    }
    return text + """
          printf("\\n");
        }
        if (differ) fprintf(stderr, "the results differ from those of Nabla\\n");
        return differ;
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

extension ElementType {
  /// How C calls it in memory.
  fileprivate var cName: String {
    switch self {
    case .f64: "double"
    case .f32: "float"
    case .i64: "int64_t"
    case .i32: "int32_t"
    case .bool: "uint8_t"
    }
  }
}

/// A number as C has it, to the last bit.
private enum CNumber {
  static func text(_ value: Double, _ element: ElementType) -> String {
    switch element {
    case .f64: value.isFinite ? hexadecimal(value) : special(value)
    case .f32: value.isFinite ? hexadecimal(value) + "f" : special(value)
    case .i64: Int64(exactly: value).map { $0 == .min ? "INT64_MIN" : "INT64_C(\($0))" } ?? "0"
    case .i32: Int32(exactly: value).map { $0 == .min ? "INT32_MIN" : "\($0)" } ?? "0"
    case .bool: value == 0 ? "0" : "1"
    }
  }

  private static func special(_ value: Double) -> String { value.isNaN ? "NAN" : value < 0 ? "-INFINITY" : "INFINITY" }

  /// `0x1.8p-3`: exact in binary.
  private static func hexadecimal(_ value: Double) -> String {
    if value == 0 { return value.sign == .minus ? "-0x0p0" : "0x0p0" }
    let magnitude = value.magnitude
    let exponent = magnitude.isNormal ? Int(magnitude.exponent) : -1022
    let bits = magnitude.significandBitPattern
    var digits = String(bits, radix: 16)
    digits = String(repeating: "0", count: 13 - digits.count) + digits
    while digits.last == "0" { digits.removeLast() }
    let sign = value < 0 ? "-" : ""
    return "\(sign)0x\(magnitude.isNormal ? 1 : 0)\(digits.isEmpty ? "" : "." + digits)p\(exponent)"
  }
}
