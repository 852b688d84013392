/// A share of two counts as a percentage with so many decimals, rounded half up and never cut: 2563084 of 2575966 with two is `99.50`. Nil of nothing.
///
/// Counts are stored, percentages derived: this is for printing. Whole numbers throughout, so that every machine prints the same.
/// - Precondition: 0 ≤ part ≤ whole ≤ 10^12, decimals 0 to 6.
public func percentage(_ part: Int, of whole: Int, decimals: Int) -> String? {
    precondition((0...6).contains(decimals) && part >= 0 && part <= whole && whole <= 1_000_000_000_000, "\(part) of \(whole)")
    guard whole > 0 else { return nil }
    let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
    let (quotient, rest) = (part * 100).quotientAndRemainder(dividingBy: whole)
    // rest < whole ≤ 10^12 and scale ≤ 10^6: the product fits.
    let rounded = quotient * scale + (2 * rest * scale + whole) / (2 * whole)
    guard decimals > 0 else { return String(rounded) }
    let digits = String(rounded % scale)
    return "\(rounded / scale)." + String(repeating: "0", count: decimals - digits.count) + digits
}
