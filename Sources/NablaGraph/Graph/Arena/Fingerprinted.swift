/// What has a hash that is quicker than the standard library's for its frequent values.
@usableFromInline
protocol Fingerprinted: Hashable {
  /// Equal for equal values, well mixed in the upper half.
  var fingerprint: UInt64 { get }
}

/// Another one in every process, so that no text can be written whose numbers all collide.
private let seed = UInt64.random(in: .min ... .max)

/// Two words in one, well mixed.
@inline(__always)
private func mixed(_ a: UInt64, _ b: UInt64) -> UInt64 {
  let product = (a ^ seed).multipliedFullWidth(by: b ^ 0xD1B5_4A32_D192_ED03)
  return product.high ^ product.low
}

extension Operation: Fingerprinted {
  @usableFromInline var fingerprint: UInt64 {
    switch self {
    case .constant(.rational(let value)):
      guard case .small(let numerator, let denominator) = value.storage else { break }
      return mixed(UInt64(bitPattern: Int64(numerator)), UInt64(bitPattern: Int64(denominator)))
    case .constant(.bits(let bits)): return mixed(bits, 1)
    case .parameter(let index): return mixed(UInt64(index), 2)
    default: break
    }
    return UInt64(bitPattern: Int64(hashValue))
  }
}

extension TensorType: Fingerprinted {
  @usableFromInline var fingerprint: UInt64 {
    isScalar ? mixed(UInt64(element.size), element.isFloat ? 3 : 4) : UInt64(bitPattern: Int64(hashValue))
  }
}

extension Origin: Fingerprinted {
  @usableFromInline var fingerprint: UInt64 {
    mixed(placesHash, name.map { UInt64(bitPattern: Int64($0.hashValue)) } ?? 5)
  }
}
