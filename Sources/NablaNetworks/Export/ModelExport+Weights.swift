import NablaGraph
import NablaRuntime

/// The weights of an exported network: constants, or memory that a file is read into.
extension ModelExport.Parts {
  var declarations: String {
    weights.map { "extern const \($0.element.cName) \(name)_\($0.name)[\(max($0.count, 1))];" }
      .joined(separator: "\n") + "\n"
  }

  /// The weights as constants.
  func constantWeights(_ values: [Tensor]) -> String {
    var text = """
      // Written by Nabla: the weights of the network \(name).
      #include "\(name).h"

      #include <math.h>

      \(declarations)
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
}
