/// The version of Nabla.
public enum NablaVersion {
  public static let text = "0.1.0"
}
