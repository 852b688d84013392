import Testing

@testable import Queue

@Suite struct DirectoryTests {
    @Test func `the key lies beside the folder, never in it`() {
        let directory = StoreDirectory("/srv/./gridline/../centre")
        #expect(directory.path == "/srv/centre")
        #expect(directory.defaultKey == "/srv/centre.key")
        #expect(!directory.defaultKey.hasPrefix(directory.path + "/"))
    }

    @Test(arguments: ["li-na", "a", "P.7_x"])
    func `ids that can be typed are taken`(id: String) throws { try OperationProblem.checkID(id) }

    @Test(arguments: ["", "李娜", "a b", "-x", ".x", "a/b", "a\nb", String(repeating: "x", count: 65)])
    func `other ids are refused`(id: String) {
        #expect(throws: OperationProblem.self) { try OperationProblem.checkID(id) }
    }

    @Test func `what a person typed is shown without control characters`() {
        #expect("a\u{1b}[31mb\n".printable == "a?[31mb?")
        #expect(String(repeating: "x", count: 100).printable.count == 64)
    }

    @Test func `every operation problem has its own stable code`() {
        let codes = OperationProblem.Code.allCases.map(\.rawValue)
        #expect(Set(codes).count == codes.count)
        #expect(codes.allSatisfy { $0.hasPrefix("GL-Q2") })
    }
}
