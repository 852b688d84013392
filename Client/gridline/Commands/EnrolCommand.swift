import ArgumentParser
import CurlTransport
import ReplicaStore
import SyncClient
import SyncProtocol
import Tickets

struct EnrolCommand: Action {
    static let configuration = CommandConfiguration(commandName: "enrol", abstract: Say.enrolHelp.launch)
    @Argument(help: Say.addressArgument.help) var address: String?
    @Argument(help: Say.codeArgument.help) var code: String?
    @Option(help: Say.caOption.help) var ca: String?
    @Flag(help: Say.againOption.help) var again = false
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        // A device that was enrolled before knows the address: what stands alone is then the code.
        let isCodeAlone = code == nil && address?.contains("://") != true && File.exists(context.replicaPath)
        let named = try isCodeAlone ? nil : ServerAddress(try address.orElse(.needsAddress))
        let givenAuthority = try ca.map { try Self.readAuthority($0) }
        let existing = try existingReplica(context)
        let identity = try existing?.identity()
        let server = try named ?? ServerAddress(try (identity?.server).orElse(.needsAddress))
        // The same centre keeps the authority that was believed before, unless another one is named.
        let authority = givenAuthority ?? (server.text == identity?.server ? identity?.authority : nil)
        let code = try readCode(context, isCodeAlone ? address : code)
        let keys = try EnrolmentKeys.kept(in: context.home, existing == nil ? nil : "again", random: context.device.random)
        let exchange = EnrolmentExchange(
            address: server, code: code, replica: keys.replica, key: keys.key, clientVersion: programVersion)
        let response: EnrolResponse
        do throws(SyncFailure) {
            response = try context.console.working(Say.enrolling) { _ throws(SyncFailure) in
                try exchange.run(over: CurlTransport(authority: authority))
            }
        } catch {
            // These keys lead nowhere any more; the next try is a new device.
            if case .refused(let details) = error, details.problem == .replicaTaken { keys.forget() }
            var failure = Failure(error)
            failure.safe = error.isPassing ? Say.codeIsKept : existing == nil ? nil : Say.workIsSafe
            throw failure
        }
        if let identity, identity.person != response.person {
            keys.forget()
            throw ReplicaError.otherPerson(owner: identity.person)
        }
        let enrolment = Enrolment(
            response, replica: keys.replica, key: keys.key, server: server.text, authority: authority,
            enrolledAt: context.device.now())
        if let existing {
            try existing.enrolAgain(enrolment)
        } else {
            _ = try Replica.create(at: context.replicaPath, enrolment: enrolment)
        }
        keys.forget()
        let unsentCount = try existing?.outbox().count
        if context.console.json {
            context.console.out([
                "person": .text(response.person), "person_name": .text(response.personName),
                "replica": .text(keys.replica.description), "server": .text(server.text), "home": .text(context.home),
                "unsent": unsentCount.map { .count($0) } ?? .null,
            ])
        } else if let unsentCount {
            context.console.out(Say.enrolledAgain(response.personName, response.person, "\(unsentCount)"))
        } else {
            context.console.out(Say.enrolled(response.personName, response.person))
        }
        return .done
    }

    /// A replica that may be enrolled again: a revoked one, one that was told to, or any with --again. Looked at before the code is used up.
    private func existingReplica(_ context: Context) throws -> Replica? {
        do throws(File.Refusal) { try File.makeFolder(context.home) } catch { throw Failure.unwritable(context.home, error) }
        guard File.exists(context.replicaPath) else { return nil }
        let replica = try context.replica()
        guard try again || replica.wantsEnrolment() else { throw ReplicaError.alreadyEnrolled }
        return replica
    }

    private static func readAuthority(_ path: String) throws -> String {
        do throws(File.Refusal) {
            return String(decoding: try File.read(path, bytesMax: 1 << 20), as: UTF8.self)
        } catch { throw Failure.unreadable(path, error) }
    }

    /// From the command line, from standard input, or asked for.
    private func readCode(_ context: Context, _ code: String?) throws -> String {
        if let code, code != "-" { return code }
        let text =
            code == nil && context.console.mayAsk
            ? try context.console.ask(Say.askCode, orElse: .needsCode) : try context.standardInput()
        let line = text.split(separator: "\n").first.map(String.init) ?? ""
        guard line.contains(where: { !$0.isWhitespace }) else { throw Failure.needsCode }
        return line
    }
}

extension Optional {
    /// The value.
    /// - Throws: `failure` if there is none.
    fileprivate func orElse(_ failure: Failure) throws -> Wrapped {
        guard let self else { throw failure }
        return self
    }
}
