/// Citizens' data as everybody may see it. The rest stays in the replica until revealing it is a journalled act.
enum Masking {
    /// 张三丰 → 张**: the length is hidden too.
    static func name(_ name: String) -> String {
        guard let first = name.first(where: { !$0.isWhitespace }) else { return "" }
        return "\(first)**"
    }

    /// 13812345678 → 138****5678, 0903-2025678 → 090****5678; a number of fewer than 8 digits shows its last two.
    static func phone(_ phone: String) -> String {
        var digits = phone.filter(\.isNumber)[...]
        // The country's own code in front of a mobile number says nothing.
        if digits.count == 13 && digits.hasPrefix("86") { digits = digits.dropFirst(2) }
        if digits.isEmpty { return phone.isEmpty ? "" : "****" }
        return digits.count < 8 ? "****\(digits.suffix(2))" : "\(digits.prefix(3))****\(digits.suffix(4))"
    }

    /// The first six characters, which name a county or street, never a door.
    static func address(_ address: String) -> String {
        address.count <= 6 ? String(address.prefix(2)) + "****" : String(address.prefix(6)) + "****"
    }

    /// 653201199001011234 → 6****************4.
    static func identityNumber(_ number: String) -> String {
        guard number.count > 2, let first = number.first, let last = number.last else { return "****" }
        return "\(first)\(String(repeating: "*", count: number.count - 2))\(last)"
    }
}
