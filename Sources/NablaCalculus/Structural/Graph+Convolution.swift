import NablaGraph

/// The derivatives of a convolution are convolutions, to any order: nothing is scattered.
///
/// At the place `t` the element `w` of the window meets the element `s` of the input where
/// `inputDilation·s = stride·t + kernelDilation·w - low`. The two transposes solve this for another of the three.
extension Graph {
  /// What a convolution contributes to its input and to its window.
  mutating func convolutionPullback(
    _ convolution: Convolution, of id: NodeID, cotangent: NodeID, strong: [Bool]
  ) -> [(operand: NodeID, contribution: NodeID)] {
    let (x, kernel) = (operand(0, of: id), operand(1, of: id))
    return [
      (x, inputCotangent(convolution, x, kernel, cotangent, isStrong: strong[1])),
      (kernel, windowCotangent(convolution, x, kernel, cotangent, isStrong: strong[0])),
    ]
  }

  /// The cotangent spread by the stride, under the window turned round with channels and outputs exchanged.
  private mutating func inputCotangent(
    _ convolution: Convolution, _ x: NodeID, _ kernel: NodeID, _ cotangent: NodeID, isStrong: Bool
  ) -> NodeID {
    let (input, window, places) = (type(of: x), type(of: kernel), type(of: cotangent))
    if isEmpty(kernel) || isEmpty(cotangent) { return constant(.zero, input.element, input.shape) }
    let windows = convolution.windows.enumerated().map { axis, part -> Convolution.Window in
      let (reach, span, extent) = part.walks(axis, window: window, places: places, input: input)
      return Convolution.Window(
        stride: part.inputDilation, low: reach - part.low, high: extent - span + part.low,
        inputDilation: part.stride, kernelDilation: part.kernelDilation)
    }
    let rank = convolution.windows.count
    let turned = reversed(kernel, axes: Array(0..<rank))
    let exchanged = append(.transpose(Array(0...rank) + [rank + 2, rank + 1]), [turned], type: window)
    return guarded(isStrong, cotangent, exchanged) { graph, cotangent, kernel in
      graph.append(.convolve(Convolution(windows: windows)), [cotangent, kernel], type: input)
    }
  }

  /// The input under the cotangent as the window, with the batch as channels of both.
  private mutating func windowCotangent(
    _ convolution: Convolution, _ x: NodeID, _ kernel: NodeID, _ cotangent: NodeID, isStrong: Bool
  ) -> NodeID {
    let (input, window, places) = (type(of: x), type(of: kernel), type(of: cotangent))
    if isEmpty(x) || isEmpty(cotangent) { return constant(.zero, window.element, window.shape) }
    let windows = convolution.windows.enumerated().map { axis, part -> Convolution.Window in
      let (reach, span, extent) = part.walks(axis, window: window, places: places, input: input)
      return Convolution.Window(
        stride: part.kernelDilation, low: part.low, high: reach - extent - part.low + span,
        inputDilation: part.inputDilation, kernelDilation: part.stride)
    }
    let rank = convolution.windows.count
    let space = Array(1...(rank + 1))
    let images = append(.transpose([rank + 2] + space + [0]), [x], type: input)
    let weights = append(.transpose(space + [0, rank + 2]), [cotangent], type: places)
    let result = guarded(isStrong, weights, images) { graph, weights, images in
      graph.append(.convolve(Convolution(windows: windows)), [images, weights], type: window)
    }
    // [channels, window…, groups, outputs] as [window…, groups, channels, outputs].
    return append(.transpose(space + [0, rank + 2]), [result], type: window)
  }

  private func isEmpty(_ id: NodeID) -> Bool { type(of: id).shape.dimensions.contains(0) }
}

extension Convolution.Window {
  /// How far the window reaches, the places span, and the input extends along a spatial axis, first to last element.
  fileprivate func walks(
    _ axis: Int, window: TensorType, places: TensorType, input: TensorType
  ) -> (reach: Dimension, span: Dimension, extent: Dimension) {
    (
      Dimension(kernelDilation) * (window.shape.dimensions[axis] - 1),
      Dimension(stride) * (places.shape.dimensions[axis + 1] - 1),
      Dimension(inputDilation) * (input.shape.dimensions[axis + 1] - 1)
    )
  }
}
