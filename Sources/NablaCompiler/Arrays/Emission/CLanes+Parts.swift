import NablaGraph

/// What takes some lanes of vectors apart: it stands before loops over arrays, after the vectors' definitions.
extension CLanes {
  /// Lanes that do not fill a vector or do not lie side by side, and lanes that change places.
  var partDefinitions: String {
    parts("f64", "double", "nabla_v", "NABLA_V_LANES", instruction: "pd")
      + parts("f32", "float", "nabla_vf", "NABLA_VF_LANES", instruction: "ps")
      + parts("bool", "unsigned char", mask, count, test: " != 0 ? -1 : 0")
      + places("f64", "nabla_v", "NABLA_V_LANES") + places("f32", "nabla_vf", "NABLA_VF_LANES")
      + turning("f64", "NABLA_V_LANES", most: 8) + turning("f32", "NABLA_VF_LANES", most: 16) + past
  }

  /// Stores of whole vectors that do not fetch the lines they fill. Only clang has them without a header.
  private var past: String {
    func store(_ suffix: String, _ type: String, _ vector: String) -> String {
      """
      static inline __attribute__((unused)) void nabla_past_\(suffix)(int past, \(type) *to, \(vector) x) {
      #if defined(__clang__) && defined(__AVX__)
        if (past) {
          __builtin_nontemporal_store(x, (\(vector) *)to);
          return;
        }
      #endif
        (void)past;
        *(\(vector)_memory *)to = x;
      }

      """
    }
    return store("f64", "double", "nabla_v") + store("f32", "float", "nabla_vf") + """
      static inline __attribute__((unused)) void nabla_past(int past) {
      #if defined(__clang__) && defined(__AVX__)
        if (past) __builtin_ia32_sfence();
      #endif
        (void)past;
      }

      """
  }

  /// - Parameters:
  ///   - instruction: the letters of the processor's instructions, which take the first lanes of a whole register.
  ///   - test: what makes a lane of an element.
  private func parts(
    _ suffix: String, _ type: String, _ vector: String, _ lanes: String, instruction: String? = nil, test: String = ""
  ) -> String {
    func whole(_ statement: (String) -> String) -> String {
      guard let instruction else { return "" }
      let count = instruction == "ps" ? 16 : 8
      return """
        #if defined(__AVX512F__) && \(lanes) == \(count)
          if (step == 1) \(statement("__builtin_ia32_$u\(instruction)512_mask"))
        #endif

        """
    }
    let take = whole { name in
      "return (\(vector))\(name.replacing("$", with: "load"))((const void *)from, (\(vector)){0}, (1u << count) - 1);"
    }
    let put = whole { name in
      """
      {
          // A read of what lies behind waits for a store with a mask, as if that had written all of a register.
          if (__builtin_constant_p(count)) __builtin_memcpy(to, &x, (__SIZE_TYPE__)count * sizeof *to);
          else \(name.replacing("$", with: "store"))((void *)to, x, (1u << count) - 1);
          return;
        }
      """
    }
    return """
      static inline \(vector) nabla_take_\(suffix)(const \(type) *from, int64_t step, int64_t count) {
      \(take)  \(vector) x;
        for (int64_t lane = 0; lane < \(lanes); ++lane) x[lane] = from[(lane < count ? lane : 0) * step]\(test);
        // clang 21 takes two lanes for one where a choice between vectors follows.
        NABLA_V_OPAQUE(x);
        return x;
      }
      static inline void nabla_put_\(suffix)(\(type) *to, int64_t step, \(vector) x, int64_t count) {
      \(put)  for (int64_t lane = 0; lane < \(lanes) && lane < count; ++lane) to[lane * step] = x[lane]\(test.isEmpty ? "" : " != 0");
      }

      """
  }

  /// The vector of 0, 1, 2, …
  private func places(_ suffix: String, _ vector: String, _ lanes: String) -> String {
    """
    static inline \(vector) nabla_places_\(suffix)(void) {
      \(vector) x;
      for (int lane = 0; lane < \(lanes); ++lane) x[lane] = lane;
      return x;
    }

    """
  }

  /// Vectors whose lanes have changed places with those at a distance.
  private func turning(_ suffix: String, _ lanes: String, most: Int) -> String {
    var text = """
      #ifndef NABLA_TURN
      #if defined(__clang__) || __GNUC__ >= 12
      #define NABLA_TURN(x, ...) __builtin_shufflevector(x, x, __VA_ARGS__)
      #else
      #define NABLA_TURN(x, ...) __builtin_shuffle(x, (__typeof__((x) == (x))){__VA_ARGS__})
      #endif
      #endif

      """
    var count = 2
    while count <= most {
      text += "#if \(lanes) == \(count)\n"
      var distance = 1
      while distance < count {
        let places = (0..<count).map { "\($0 ^ distance)" }.joined(separator: ", ")
        text += "#define nabla_turn_\(suffix)_\(distance)(x) NABLA_TURN(x, \(places))\n"
        distance *= 2
      }
      text += "#endif\n"
      count *= 2
    }
    return text
  }
}
