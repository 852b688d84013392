import CentralStore
import SyncProtocol
public import Tickets

/// A one-time code, as it is told to one person.
public struct OneTimeCode: Hashable, Sendable {
    /// Ten letters and digits in two groups; case, spaces and hyphens do not matter.
    public var code: String
    /// Whose device it enrols.
    public var person: String
    /// From when on it is worth nothing.
    public var expiresAt: Milliseconds
}

/// The text of one-time codes: no letter that is taken for a digit, 50 bits.
enum CodeText {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    /// A code from ten random bytes, five bits of each.
    static func make(_ random: [UInt8]) -> String {
        let letters = random.prefix(10).map { alphabet[Int($0 & 31)] }
        return String(letters.prefix(5)) + "-" + String(letters.dropFirst(5))
    }

    /// What is stored of a code. Letters that people mistake are read as the ones that are in use.
    static func hash(_ code: String) -> [UInt8] {
        let plain = code.uppercased().filter { !$0.isWhitespace && $0 != "-" }
            .map { character -> Character in
                switch character {
                case "O": "0"
                case "I", "L": "1"
                case "U": "V"
                default: character
                }
            }
        return sha256(Array("gridline code 1\0".utf8), Array(String(plain).utf8))
    }
}

/// An enrolment request, checked as far as that goes without the store.
struct VerifiedEnrolment: Sendable {
    let request: EnrolRequest
    /// Of the code.
    let hash: [UInt8]
    /// The device holds the key that it names.
    let isSigned: Bool
}

/// What an enrolment gives.
struct Enrolled: Sendable {
    let certificate: [UInt8]
    let person: Person
    let serial: UInt64
    let replica: ReplicaID
    let incarnation: Incarnation
}

extension Round {
    /// The transaction behind `POST /v1/enrol`. The same device asking again with its used code gets the same answer: its first
    /// one may have been lost.
    mutating func enrol(_ enrolment: VerifiedEnrolment) throws -> Enrolled {
        let request = enrolment.request
        guard let code = try transaction.enrolCode(hash: enrolment.hash) else { throw refusal(.wrongCode) }
        if let device = overlay.loaded.devices[request.replica] {
            guard device.publicKey == request.publicKey else { throw refusal(.replicaTaken, counting: enrolment.hash) }
            if code.usedBy == request.replica { return try enrolled(device) }
        }
        guard code.usedBy == nil, !overlay.usedCodes.contains(enrolment.hash) else {
            throw refusal(.usedCode, counting: enrolment.hash)
        }
        guard now < code.expiresAt else { throw refusal(.expiredCode, counting: enrolment.hash) }
        guard code.attempts < environment.configuration.codeAttemptsMax else {
            throw refusal(.tooManyAttempts, counting: enrolment.hash)
        }
        guard overlay.loaded.devices[request.replica] == nil else { throw refusal(.replicaTaken, counting: enrolment.hash) }
        guard enrolment.isSigned else { throw refusal(.badSignature, counting: enrolment.hash) }
        return try enrolled(try register(request, code, hash: enrolment.hash))
    }

    private mutating func register(_ request: EnrolRequest, _ code: EnrolCodeRecord, hash: [UInt8]) throws -> DeviceRecord {
        let serial = try transaction.takeSerial()
        let certificate = Certificate(
            serial: serial, person: code.person, replica: request.replica, publicKey: request.publicKey, issuedAt: now,
            keyID: environment.keys.current.id
        ).signed(by: environment.keys.current)
        var device = DeviceRecord(
            replica: request.replica, person: code.person, serial: serial, publicKey: request.publicKey,
            certificate: certificate, enrolledAt: now, epoch: 1, chainHead: Chain.start(certificate: certificate, epoch: 1))
        device.clientVersion = request.clientVersion
        var used = code
        used.usedBy = request.replica
        try step { round in
            var entry = round.draft(.enrol, by: code.person)
            entry.device = device
            entry.enrolCode = used
            round.overlay.append(entry)
            round.overlay.use(code: hash)
        }
        return device
    }

    private func enrolled(_ device: DeviceRecord) throws -> Enrolled {
        guard let person = try transaction.load(LoadRequest(persons: [device.person])).persons[device.person] else {
            throw JobFailure.problem(ProtocolError(.unknownDevice, in: "code"))
        }
        return Enrolled(
            certificate: device.certificate, person: person, serial: device.serial, replica: device.replica,
            incarnation: overlay.loaded.state.incarnation)
    }

    private mutating func refusal(_ problem: Problem, counting hash: [UInt8]? = nil) -> JobFailure {
        if let hash { overlay.fail(code: hash) }
        return .problem(ProtocolError(problem, in: "code"))
    }

    /// A new one-time code for a person's device.
    mutating func makeCode(for person: String, lifetime: Milliseconds, by author: String) throws -> OneTimeCode {
        try requireCentral(author)
        guard overlay.loaded.persons[person] != nil else { throw JobFailure.service(.unknownPerson(person)) }
        let text = CodeText.make(environment.random(10))
        let expiresAt = now + max(1, min(lifetime, environment.configuration.codeLifetimeMax))
        try step { round in
            var entry = round.draft(.enrolCode, by: author)
            entry.enrolCode = EnrolCodeRecord(hash: CodeText.hash(text), person: person, madeAt: round.now, expiresAt: expiresAt)
            entry.facts = ["person": .text(person)]
            round.overlay.append(entry)
        }
        return OneTimeCode(code: text, person: person, expiresAt: expiresAt)
    }

    /// From now on what the device sends is stored and held, and it is told to erase its tickets.
    mutating func revoke(_ replica: ReplicaID, by author: String) throws -> Bool {
        try requireCentral(author)
        guard var device = overlay.loaded.devices[replica] else { throw JobFailure.service(.unknownDevice(replica)) }
        guard device.revokedAt == nil else { return false }
        device.revokedAt = now
        try step { round in
            var entry = round.draft(.revoke, by: author)
            entry.device = device
            round.overlay.append(entry)
        }
        return true
    }

    /// People and grids are entered by people of the centre; the first one, by `system`, when there is nobody yet.
    func requireCentral(_ author: String) throws {
        if author == systemAuthor { return }
        guard let person = overlay.loaded.persons[author] else { throw JobFailure.service(.unknownPerson(author)) }
        guard person.role.isCentral else { throw JobFailure.service(.notPermitted(author)) }
    }
}

/// The author of what no person did: the first entries of a store.
public let systemAuthor = "system"
