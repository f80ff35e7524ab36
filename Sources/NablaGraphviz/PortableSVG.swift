/// An SVG that every program shows alike.
///
/// Graphviz sets a label of several fonts as one `<text>` after the other, each at its place. Without `xml:space` the
/// blanks at the ends of each are dropped, so `a + b` becomes `a+ b`; later versions of the library say so themselves. And
/// `baseline-shift`, with which indices are lowered, is unknown to Firefox; `dy` is not.
///
/// - Complexity: linear. Quotation marks within a label are escaped, so no label is taken for an attribute.
/// - Source: SVG 1.1 (second edition), sections 10.5 and 10.15; Graphviz's `svg_begin_page` and `svg_textspan`.
func portableSVG(_ svg: [UInt8]) -> [UInt8] {
  var text = String(decoding: svg, as: UTF8.self)
  text.replace(" baseline-shift=\"sub\"", with: " dy=\"0.25em\"")
  text.replace(" baseline-shift=\"super\"", with: " dy=\"-0.4em\"")
  if !text.contains(" xml:space=\"preserve\"") {
    text.replace("\n<svg ", with: "\n<svg xml:space=\"preserve\" ", maxReplacements: 1)
  }
  return Array(text.utf8)
}
