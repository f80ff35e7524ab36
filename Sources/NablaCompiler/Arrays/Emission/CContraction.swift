import NablaGraph

/// Writes the function of a contraction: a table of its axes, for the loops that all contractions of one type share.
struct CContraction: CKernelFunction {
  let kernel: ContractionKernel
  let parameters: CArrayParameters

  var requirements: CRequirements {
    var all = CRequirements()
    all.support = [CContraction.axes + CContraction.loops(for: parameters.element(of: kernel.result))]
    return all
  }

  mutating func write(name: String) -> String {
    let element = parameters.element(of: kernel.result)
    let lists = [kernel.batch, kernel.rows, kernel.columns, kernel.sums]
    let rows = lists.joined().map { "{\($0.extent), {\($0.left), \($0.right), \($0.result)}}" } + ["{1, {0, 0, 0}}"]
    let counts = lists.map { "\($0.count)" } + lists.map { "\($0.reduce(1) { $0 * $1.extent })" }
    func place(_ operand: (buffer: Int, offset: Int)) -> String {
      parameters.name(of: operand.buffer) + (operand.offset == 0 ? "" : " + \(operand.offset)")
    }
    return """
      static NABLA_NOINLINE void \(name)(\(parameters.declarations)) {
      \(parameters.mentions)\
        static const nabla_axis axes[] = {\(rows.joined(separator: ", "))};
        static const int64_t counts[] = {\(counts.joined(separator: ", "))};
        nabla_contract_\(element.cSuffix)(\(place(kernel.left)), \(place(kernel.right)), \
      \(place((kernel.result, kernel.resultOffset))), axes, counts, \(parameters.name(of: kernel.scratch)));
      }


      """
  }

  /// Places along several axes; once in a file, whichever element type comes first.
  private static let axes = """
    #ifndef NABLA_TILE_BYTES
    // Products of matrices: the axes of operands and result, and where an element of a walk over axes lies.
    #if defined(__GNUC__) && defined(__AVX512F__)
    #define NABLA_TILE_BYTES 64
    #elif defined(__GNUC__) && defined(__AVX__)
    #define NABLA_TILE_BYTES 32
    #else
    #define NABLA_TILE_BYTES 16
    #endif
    typedef struct {
      int64_t extent, strides[3];
    } nabla_axis;
    static inline int64_t nabla_place(const nabla_axis *axes, int64_t count, int64_t index, int operand) {
      int64_t place = 0;
      for (int64_t axis = count - 1; axis > 0; --axis) {
        place += index % axes[axis].extent * axes[axis].strides[operand];
        index /= axes[axis].extent;
      }
      return count > 0 ? place + index * axes[0].strides[operand] : 0;
    }
    #endif

    """

  /// The loops over blocks and tiles for one element type. Every element of the result adds its products in the order
  /// of the summed axes.
  private static func loops(for element: ElementType) -> String {
    let rows = 0..<ContractionKernel.tileRows
    let number = element.isInteger ? element.cUnsigned : element.cType
    func each(_ text: (Int) -> String) -> String { rows.map(text).joined(separator: "\n") }
    return """
      #ifdef __GNUC__
      enum { nabla_lanes_$T = NABLA_TILE_BYTES / sizeof($N) };
      typedef $N nabla_tile_$T __attribute__((vector_size(NABLA_TILE_BYTES)));
      typedef $N nabla_tile_memory_$T __attribute__((vector_size(NABLA_TILE_BYTES), aligned(sizeof($N)), may_alias));
      #else
      enum { nabla_lanes_$T = 1 };
      typedef $N nabla_tile_$T;
      typedef $N nabla_tile_memory_$T;
      #endif
      /// Adds the product of a packed band of rows and a packed strip of columns to a tile.
      static NABLA_NOINLINE void nabla_multiply_$T(
          const $N *band, const $N *strip, int64_t depth, $N *tile, int64_t stride) {
      \(each { "  nabla_tile_memory_$T *const t\($0) = (nabla_tile_memory_$T *)(tile + \($0) * stride);" })
      \(each { "  nabla_tile_$T a\($0) = t\($0)[0], b\($0) = t\($0)[1];" })
        for (int64_t k = 0; k < depth; ++k) {
          const nabla_tile_$T x = ((const nabla_tile_memory_$T *)strip)[0], y = ((const nabla_tile_memory_$T *)strip)[1];
      \(each { "    a\($0) = a\($0) + band[\($0)] * x;\n    b\($0) = b\($0) + band[\($0)] * y;" })
          strip += 2 * nabla_lanes_$T;
          band += \(rows.count);
        }
      \(each { "  t\($0)[0] = a\($0);\n  t\($0)[1] = b\($0);" })
      }
      /// counts: how many axes the batch, the rows, the columns and the sums have, then how many elements.
      static NABLA_NOINLINE void nabla_contract_$T(const $C *from, const $C *of, $C *to, const nabla_axis *axes,
          const int64_t *counts, $C *memory) {
        enum { rows = \(rows.count), columns = 2 * nabla_lanes_$T };
        const nabla_axis *const m = axes + counts[0], *const n = m + counts[1], *const s = n + counts[2];
        const int64_t depth = counts[7] < \(ContractionKernel.depth) ? counts[7] : \(ContractionKernel.depth);
        $N *const band = ($N *)memory, *const panel = band + depth * rows;
        const int isDense = counts[2] == 1 && n->strides[2] == 1;
        for (int64_t batch = 0; batch < counts[4]; ++batch) {
          const $N *const left = (const $N *)from + nabla_place(axes, counts[0], batch, 0);
          const $N *const right = (const $N *)of + nabla_place(axes, counts[0], batch, 1);
          $N *const result = ($N *)to + nabla_place(axes, counts[0], batch, 2);
          for (int64_t column = 0; column < counts[6]; column += \(ContractionKernel.width)) {
            const int64_t rest = counts[6] - column;
            const int64_t width = rest < \(ContractionKernel.width) ? rest : \(ContractionKernel.width);
            for (int64_t sum = 0; sum < counts[7]; sum += depth) {
              const int64_t length = counts[7] - sum < depth ? counts[7] - sum : depth;
              for (int64_t j = 0; j < width; j += columns) {
                int64_t places[columns];
                const int64_t count = width - j < columns ? width - j : columns;
                for (int64_t l = 0; l < count; ++l) places[l] = nabla_place(n, counts[2], column + j + l, 1);
                for (int64_t k = 0; k < length; ++k) {
                  const $N *const source = right + nabla_place(s, counts[3], sum + k, 1);
                  $N *const target = panel + j * length + k * columns;
                  for (int64_t l = 0; l < count; ++l) target[l] = source[places[l]];
                  for (int64_t l = count; l < columns; ++l) target[l] = 0;
                }
              }
              for (int64_t row = 0; row < counts[5]; row += rows) {
                int64_t targets[rows];
                const int64_t height = counts[5] - row < rows ? counts[5] - row : rows;
                for (int64_t i = 0; i < rows; ++i) {
                  const int64_t number = i < height ? row + i : row;
                  const $N *const source = left + nabla_place(m, counts[1], number, 0);
                  targets[i] = nabla_place(m, counts[1], number, 2);
                  for (int64_t k = 0; k < length; ++k)
                    band[k * rows + i] = i < height ? source[nabla_place(s, counts[3], sum + k, 0)] : 0;
                }
                for (int64_t j = 0; j < width; j += columns) {
                  $N tile[rows][columns];
                  const int64_t count = width - j < columns ? width - j : columns;
                  for (int64_t i = 0; i < rows; ++i) {
                    for (int64_t l = 0; l < columns; ++l) tile[i][l] = 0;
                    if (sum == 0 || i >= height) continue;
                    if (isDense) for (int64_t l = 0; l < count; ++l) tile[i][l] = result[targets[i] + column + j + l];
                    else for (int64_t l = 0; l < count; ++l)
                      tile[i][l] = result[targets[i] + nabla_place(n, counts[2], column + j + l, 2)];
                  }
                  nabla_multiply_$T(band, panel + j * length, length, tile[0], columns);
                  for (int64_t i = 0; i < height; ++i) {
                    if (isDense) for (int64_t l = 0; l < count; ++l) result[targets[i] + column + j + l] = tile[i][l];
                    else for (int64_t l = 0; l < count; ++l)
                      result[targets[i] + nabla_place(n, counts[2], column + j + l, 2)] = tile[i][l];
                  }
                }
              }
            }
          }
        }
      }

      """.filled(["T": element.cSuffix, "N": number, "C": element.cType])
  }
}
