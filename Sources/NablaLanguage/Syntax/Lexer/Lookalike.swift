/// Characters that people paste or type in place of the language's own. Each is reported with the right spelling,
/// and read as that where it is a token, so that the mistake costs one message.
struct Lookalike {
  /// What the fix-it writes.
  let replacement: String
  /// What the parser sees.
  let kind: TokenKind

  init?(_ scalar: Unicode.Scalar) {
    let row: (String, TokenKind)
    // swift-format-ignore
    switch scalar {
    case "⊙":                                     row = ("*", .star)
    case "÷", "\u{2215}", "\u{2044}":             row = ("/", .slash)          // ÷ ∕ ⁄
    case "\u{2217}", "\u{22C5}", "\u{2022}", "\u{2219}": row = ("*", .star)    // ∗ ⋅ • ∙
    case "\u{2010}"..."\u{2015}":                 row = ("-", .minus)          // dashes
    case "\u{FF0B}":                              row = ("+", .plus)
    case "\u{FF1D}":                              row = ("=", .assign)
    case "\u{FF08}":                              row = ("(", .leftParenthesis)
    case "\u{FF09}":                              row = (")", .rightParenthesis)
    case "\u{FF0C}", "\u{3001}":                  row = (",", .comma)
    case "\u{FF1A}":                              row = (":", .colon)
    case "\u{FF1B}":                              row = (";", .semicolon)
    case "\u{2026}":                              row = ("...", .ellipsis)     // …
    case "\u{2018}", "\u{2019}", "\u{B4}", "`", "\u{2033}": row = ("'", .prime) // ‘ ’ ´ ` ″
    case "∈":                                     row = ("in", .in)
    case "∧":                                     row = ("and", .and)
    case "∨":                                     row = ("or", .or)
    case "¬":                                     row = ("not ", .not)
    case "∑":                                     row = ("sum", .stray)
    case "∏":                                     row = ("prod", .stray)
    case "∇":                                     row = ("grad", .stray)
    case "∛":                                     row = ("cbrt", .stray)
    case "\u{201C}"..."\u{201F}":                 row = ("\"", .stray)         // “ ” „ ‟
    case "\u{1D40}":                              row = (".T", .stray)         // ᵀ
    case "\u{207F}":                              row = ("^n", .stray)         // ⁿ
    case "\u{2071}":                              row = ("^i", .stray)         // ⁱ
    case "⌊":                                     row = ("floor(", .stray)
    case "⌈":                                     row = ("ceil(", .stray)
    case "⌋", "⌉":                                row = (")", .stray)
    case "½":                                     row = ("(1/2)", .stray)
    case "¼":                                     row = ("(1/4)", .stray)
    case "¾":                                     row = ("(3/4)", .stray)
    default:                                      return nil
    }
    (replacement, kind) = row
  }
}
