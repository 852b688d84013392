import Tickets

/// A reason code in words.
struct Explained {
    let english: String
    let chinese: String

    init(_ code: String) {
        let words = Reason.words(forCode: code)
        english = "\(code): \(words.english)"
        chinese = "\(words.chinese)（\(code)）"
    }
}
