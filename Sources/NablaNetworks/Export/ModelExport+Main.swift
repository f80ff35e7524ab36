import NablaData
import NablaGraph
import NablaRuntime

/// A program that predicts some examples with the exported network, and compares.
extension ModelExport.Parts {
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
}
