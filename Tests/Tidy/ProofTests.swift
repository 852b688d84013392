import Testing

/// What makes the proof worth something.
@Suite struct `The proof stands apart` {
    @Test func `the model of the rules imports nothing, so that it cannot share the engine's mistakes`() throws {
        let files = House.files("Tests/Model", ending: ".swift")
        #expect(files.count >= 6)
        for path in files {
            let imports = try House.text(path).split(separator: "\n").filter { $0.contains("import ") && !$0.contains("//") }
            #expect(imports.isEmpty, "\(path): \(imports)")
        }
    }
}
