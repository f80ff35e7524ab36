/// Makes C identifiers of names of a program: ASCII, not reserved, and each once.
///
/// A name keeps its letters and digits; Greek letters are spelled out, other characters become their code point. What
/// a person reads is close to what was written, and nothing that was written reaches a C file as it is.
struct CIdentifier {
  private var taken: Set<String>
  private let reserved: Set<String>

  /// - Parameters:
  ///   - reserved: names that C or its library has.
  ///   - taken: names that the surroundings have.
  private init(reserved: Set<String>, taken: Set<String> = []) {
    self.reserved = reserved
    self.taken = taken
  }

  /// The identifier of a name; another one for every call.
  mutating func unique(_ name: String) -> String {
    let spelled = CIdentifier.spelling(of: name)
    let base = reserved.contains(spelled) ? spelled + "_" : spelled
    var candidate = base
    var number = 2
    while reserved.contains(candidate) || !taken.insert(candidate).inserted {
      candidate = "\(base)_\(number)"
      number += 1
    }
    return candidate
  }

  /// Letters, digits and inner underscores; begins with a letter, has at most 63 characters.
  private static func spelling(of name: String) -> String {
    var text = ""
    for scalar in name.unicodeScalars {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "_": text.unicodeScalars.append(scalar)
      case "₀"..."₉": text += "\(scalar.value - 0x2080)"
      case "'", "′": text += "_prime"
      default: text += greek[scalar] ?? "u" + String(scalar.value, radix: 16)
      }
    }
    // Names that begin with an underscore belong to the C implementation, those with `nabla_` to emitted functions, and
    // those with `main_` to the test main.
    let first = text.unicodeScalars.first
    let begins = first.map { ("a"..."z").contains($0) || ("A"..."Z").contains($0) } ?? false
    let owned = ["nabla_", "main_"].contains { text.lowercased().hasPrefix($0) }
    if !begins || owned { text = "v" + text }
    return String(text.prefix(63))
  }

  private static let greek: [Unicode.Scalar: String] = {
    let lower = [
      "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
      "omicron", "pi", "rho", "sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
    ]
    var names: [Unicode.Scalar: String] = [:]
    for (offset, name) in lower.enumerated() {
      names[Unicode.Scalar(0x3b1 + UInt32(offset)) ?? "α"] = name
      names[Unicode.Scalar(0x391 + UInt32(offset)) ?? "Α"] = name.prefix(1).uppercased() + name.dropFirst()
    }
    return names
  }()
}

extension CIdentifier {
  /// For parameters beside `others`: not keywords of C11, C23 and C++, nor macros and types of the headers that exported
  /// files include.
  static func forParameters(beside others: some Sequence<String>) -> CIdentifier {
    CIdentifier(reserved: keywords.union(macros).union(types), taken: Set(others))
  }

  /// For functions: also not the functions of those headers.
  static let forFunctions = CIdentifier(reserved: keywords.union(macros).union(types).union(functions))

  private static func words(_ text: String) -> Set<String> {
    Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
  }

  private static let keywords = words(
    """
    auto break case char const continue default do double else enum extern float for goto if inline int long register
    restrict return short signed sizeof static struct switch typedef union unsigned void volatile while
    alignas alignof bool constexpr false nullptr static_assert thread_local true typeof typeof_unqual asm fortran
    and and_eq bitand bitor catch class compl const_cast delete dynamic_cast explicit export friend mutable namespace
    new noexcept not not_eq operator or or_eq private protected public reinterpret_cast static_cast template this throw
    try typeid typename using virtual wchar_t xor xor_eq char8_t char16_t char32_t concept consteval constinit
    co_await co_return co_yield decltype requires
    """)

  private static let macros = words(
    """
    NAN INFINITY HUGE_VAL HUGE_VALF HUGE_VALL FP_NAN FP_INFINITE FP_ZERO FP_SUBNORMAL FP_NORMAL FP_ILOGB0 FP_ILOGBNAN
    FP_FAST_FMA FP_FAST_FMAF FP_FAST_FMAL MATH_ERRNO MATH_ERREXCEPT math_errhandling M_E M_LOG2E M_LOG10E M_LN2 M_LN10
    M_PI M_PI_2 M_PI_4 M_1_PI M_2_PI M_2_SQRTPI M_SQRT2 M_SQRT1_2 MAXFLOAT DOMAIN SING OVERFLOW UNDERFLOW PLOSS TLOSS
    fpclassify isfinite isinf isnan isnormal signbit isgreater isgreaterequal isless islessequal islessgreater
    isunordered NULL offsetof EOF BUFSIZ FILENAME_MAX FOPEN_MAX SEEK_SET SEEK_CUR SEEK_END TMP_MAX L_tmpnam stdin stdout
    stderr EXIT_SUCCESS EXIT_FAILURE RAND_MAX MB_CUR_MAX errno assert linux unix i386 INT8_C INT16_C INT32_C INT64_C
    UINT8_C UINT16_C UINT32_C UINT64_C INTMAX_C UINTMAX_C INT8_MAX INT16_MAX INT32_MAX INT64_MAX INT8_MIN INT16_MIN
    INT32_MIN INT64_MIN UINT8_MAX UINT16_MAX UINT32_MAX UINT64_MAX INTPTR_MAX INTPTR_MIN UINTPTR_MAX INTMAX_MAX
    INTMAX_MIN UINTMAX_MAX PTRDIFF_MAX PTRDIFF_MIN SIZE_MAX SIG_ATOMIC_MAX SIG_ATOMIC_MIN WCHAR_MAX WCHAR_MIN WINT_MAX
    WINT_MIN complex imaginary I
    """)

  private static let types = words(
    """
    int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t intptr_t uintptr_t intmax_t uintmax_t size_t
    ptrdiff_t max_align_t FILE fpos_t div_t ldiv_t lldiv_t float_t double_t
    """)

  private static let functions: Set<String> = {
    let real = words(
      """
      acos asin atan atan2 cos sin tan acosh asinh atanh cosh sinh tanh exp exp2 exp10 expm1 frexp ilogb ldexp log log10
      log1p log2 logb modf scalbn scalbln cbrt fabs hypot pow sqrt erf erfc lgamma tgamma ceil floor nearbyint rint lrint
      llrint round lround llround roundeven trunc fmod remainder remquo copysign nan nextafter nexttoward fdim fmax fmin
      fma j0 j1 jn y0 y1 yn gamma drem significand scalb finite isinf isnan pow10 sincos lgamma_r gamma_r
      """)
    let others = words(
      """
      main abort abs atexit atof atoi atol atoll bsearch calloc div exit free getenv labs ldiv llabs lldiv malloc mblen
      mbstowcs mbtowc qsort quick_exit rand realloc srand strtod strtof strtol strtold strtoll strtoul strtoull system
      wcstombs wctomb aligned_alloc at_quick_exit clearerr fclose feof ferror fflush fgetc fgetpos fgets fopen fprintf
      fputc fputs fread freopen fscanf fseek fsetpos ftell fwrite getc getchar gets perror printf putc putchar puts remove
      rename rewind scanf setbuf setvbuf snprintf sprintf sscanf tmpfile tmpnam ungetc vfprintf vfscanf vprintf vscanf
      vsnprintf vsprintf vsscanf random srandom initstate setstate drand48 select index rindex signgam memcpy memmove
      memset strcpy strlen
      """)
    return others.union(real).union(real.flatMap { [$0 + "f", $0 + "l"] })
  }()
}
