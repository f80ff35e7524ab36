import NablaGraph

extension Primitive {
  // swift-format-ignore
  func makeRow() -> Row {
    switch self {
    case .zeros: Row("shape...", "Zeros in a shape: `zeros(m, n)` or `zeros(x.shape)`.") { $0.filled(.zero, $1) }
    case .ones: Row("shape...", "Ones in a shape.") { $0.filled(.one, $1) }
    case .full: Row("shape, fill_value", "One value in a shape, `full([m, n], 1/2)`.") { $0.broadcast($1, "fill_value") }
    case .broadcastTo: Row("x, shape", "The array repeated to a shape that it broadcasts to.") { $0.broadcast($1, "x") }
    case .eye: Row("n, m = n, k = 0", "Ones on the main diagonal, or on the one that is `k` to the right.") { $0.eye($1) }
    case .arange: Row("start, stop = start, step = 1", "The integers below a size, or from `start` up to `stop` in steps.") { $0.arange($1) }
    case .reshape: Row("x, shape", "The elements in row-major order in another shape; one extent may be -1.") { $0.reshape($1) }
    case .transpose: Row("x, axes = reversed", "The axes in another order: axis `i` of the result is axis `axes[i]`.") { $0.transpose($1) }
    case .swapaxes: Row("x, axis1, axis2", "Two axes in each other's place.") { $0.swapAxes($1) }
    case .flip: Row("x, axis = all", "Axes back to front.") { $0.flip($1) }
    case .tile: Row("x, reps", "The whole array repeated along its axes.") { $0.tile($1) }
    case .repeat: Row("x, repeats, axis = none", "Every element repeated, along an axis or of the flattened array.") { $0.repeated($1) }
    case .concatenate: Row("arrays..., axis = 0", "Arrays one after the other along an axis; one array alone is a list of its rows.") { $0.concatenate($1) }
    case .stack: Row("arrays..., axis = 0", "Arrays of one shape side by side on a new axis; one array alone is a list of its rows.") { $0.stack($1) }
    case .split: Row("x, sections, axis = 0", "Equal parts along an axis, or parts that end at the places of a list.") { $0.split($1) }
    case .pad: Row("x, pad_width, mode = \"constant\", constant_values = 0", "More elements before and after each axis: `constant`, `edge` or `reflect`.") { $0.pad($1) }
    case .cumsum: Row("x, axis = none", "The sums of all elements up to each one, along an axis or of the flattened array.") { $0.cumulative(.sum, $1) }
    case .cumprod: Row("x, axis = none", "The products of all elements up to each one.") { $0.cumulative(.product, $1) }
    case .argsort: Row("x, axis = -1", "The places of the elements in ascending order; equal ones keep theirs, NaN comes last.") { $0.argsort($1) }
    case .argmax: Row("x, axis = none, keepdims = false", "The place of the greatest element, the first of several.") { $0.argReduce(.max, $1) }
    case .argmin: Row("x, axis = none, keepdims = false", "The place of the least element, the first of several.") { $0.argReduce(.min, $1) }
    case .take: Row("x, indices, axis = none", "The elements at the places of an integer array.") { $0.take($1) }
    case .takeAlongAxis: Row("x, indices, axis = -1", "Along an axis, the elements at places of their own for each row.") { $0.takeAlongAxis($1) }
    case .groupedConvolution: Row("x, k, stride = 1, padding = \"valid\", dilation = 1", "`convolve` with an axis of groups before the channels.") { $0.convolution($1) }
    case .transposedConvolution: Row("x, k, stride = 1, padding = \"valid\", dilation = 1, shape = none", "The adjoint of `grouped_convolution`; `shape` says how large that one's array is, where a stride leaves it open.") { $0.transposedConvolution($1) }
    case .windows: Row("x, size, stride = 1, dilation = 1", "The sliding windows of the axes between the first and the last, as axes before the last.") { $0.windows($1) }
    case .windowPadding: Row("x, size, stride = 1, padding = \"valid\", dilation = 1", "The widths that a padding option adds, as `pad` takes them.") { $0.windowPadding($1) }
    case .random: Row("shape", "Random numbers, uniform in [0, 1).") { $0.random($1) }
    case .windowAxes: Row("x", "The axes of a window's elements in `windows(x, …)`.") { $0.windowAxes($1) }
    }
  }
}
