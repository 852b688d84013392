import SyncClient
import SyncProtocol
import Testing

@testable import gridline

@Suite struct `Words while waiting` {
    private func words(_ failure: SyncFailure, outbox: Int, _ milliseconds: Int64) -> Words {
        PatientSync.words(.failed(failure, retryAfterSeconds: nil), outboxCount: outbox, milliseconds: milliseconds)
    }

    @Test func `a busy centre: when it is tried again, and that nothing is lost`() {
        let three = words(.refused(ProblemDetails(.overloaded)), outbox: 3, 11_200)
        #expect(three.english == "The centre is busy; trying again in 12 s. Your 3 commands are safe on this device.")
        #expect(three.chinese == "中心繁忙，12 秒后重试。您的 3 条命令安全地保存在本机。")
        let one = words(.busy(status: 503), outbox: 1, 1)
        #expect(one.english == "The centre is busy; trying again in 1 s. Your 1 command is safe on this device.")
        #expect(words(.busy(status: 503), outbox: 0, 2_000).english == "The centre is busy; trying again in 2 s.")
    }

    @Test func `no way to the centre is not called busy`() {
        for failure in [
            SyncFailure.transport(.offline("x")), .transport(.timedOut), .notGridline(status: 200, contentType: "text/html"),
        ] {
            #expect(words(failure, outbox: 0, 500).english == "The centre cannot be reached; trying again in 1 s.")
        }
    }
}
