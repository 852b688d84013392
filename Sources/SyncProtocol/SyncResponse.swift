internal import FoundationEssentials
public import Tickets

/// The centre's answer to a sync.
public struct SyncResponse: Hashable, Sendable {
    /// Of the wire.
    public var protocolVersion: UInt32
    /// Which life of the central store; another one than the cursor's means that a backup was restored.
    public var incarnation: Incarnation
    /// The centre's clock.
    public var serverTime: Milliseconds
    /// The centre has everything of this epoch up to here, durably.
    public var acknowledgedSequence: UInt64
    /// One for each command of the request that is judged, in its order.
    public var receipts: [Receipt]
    /// Nil where the answer is about the push alone: a gap, a fork.
    public var page: Page? { didSet { pageSource = Unread() } }
    /// A new token; nil if the old one is good.
    public var token: [UInt8]?
    /// Every entry up to here is in a backup: retained commands up to it may go, once they are 30 days old.
    public var backupWatermark: UInt64
    /// Give pending commands new headers under this epoch and send again.
    public var forkEpoch: UInt32?
    /// The device was revoked: keep what is unsent, erase the tickets.
    public var wipe: Bool
    /// A gap: send again from here.
    public var expectedSequence: UInt64?
    /// The centre was restored: send the retained commands with their receipts.
    public var sendRetained: Bool
    /// Stored and not yet judged.
    public var parked: [CommandID]
    /// Verdicts on commands of this very request, for a device that speaks version 2; the others are in `receipts`.
    public var shortReceipts: [ShortReceipt] = []
    /// The centre's clock at those verdicts.
    public var receiptsAt: Milliseconds = 0
    /// Of the centre key that authenticates them.
    public var receiptsKeyID = ""
    /// What `page` was read from; nothing once it was set.
    private var pageSource = Unread()

    /// The page as a device stages it: as it stood in the answer, if it was read from one.
    public var stagedPage: [UInt8]? { pageSource.bytes ?? page?.encoded() }

    /// An answer.
    public init(
        incarnation: Incarnation, serverTime: Milliseconds, acknowledgedSequence: UInt64 = 0, receipts: [Receipt] = [],
        page: Page? = nil, token: [UInt8]? = nil, backupWatermark: UInt64 = 0, forkEpoch: UInt32? = nil, wipe: Bool = false,
        expectedSequence: UInt64? = nil, sendRetained: Bool = false, parked: [CommandID] = []
    ) {
        protocolVersion = ProtocolVersion.current
        self.incarnation = incarnation
        self.serverTime = serverTime
        self.acknowledgedSequence = acknowledgedSequence
        self.receipts = receipts
        self.page = page
        self.token = token
        self.backupWatermark = backupWatermark
        self.forkEpoch = forkEpoch
        self.wipe = wipe
        self.expectedSequence = expectedSequence
        self.sendRetained = sendRetained
        self.parked = parked
    }

    /// The message, not yet compressed.
    public func encoded() -> [UInt8] {
        var wire = WireSyncResponse()
        wire.protocol = protocolVersion
        wire.incarnation = Data(incarnation.bytes)
        wire.serverTime = serverTime
        wire.acknowledgedSequence = acknowledgedSequence
        wire.receipts = receipts.map(\.wire)
        if let page { wire.page = page.wire }
        wire.token = Data(token ?? [])
        wire.backupWatermark = backupWatermark
        wire.forkEpoch = forkEpoch ?? 0
        wire.wipe = wipe
        wire.expectedSequence = expectedSequence ?? 0
        wire.sendRetained = sendRetained
        wire.parked = parked.map { Data($0.bytes) }
        if !shortReceipts.isEmpty {
            let isInColumns = { (receipt: ShortReceipt) in protocolVersion >= 3 && receipt.waitsFor == nil }
            wire.shortReceipts = shortReceipts.filter { !isInColumns($0) }.map { $0.wire(at: receiptsAt) }
            let columns = WireReceiptColumns(shortReceipts.filter(isInColumns), at: receiptsAt)
            if !columns.places.isEmpty { wire.receiptColumns = columns }
            wire.receiptsAt = receiptsAt
            wire.receiptsKey = receiptsKeyID
        }
        return wire.wireBytes
    }

    /// Reads a decompressed answer.
    ///
    /// - Throws: `unreadableAnswer`; nothing of such an answer may be used.
    public init(decoding bytes: [UInt8]) throws(ProtocolError) {
        let problem = Problem.unreadableAnswer
        let countMax = 2 * WireLimits.commandsPerRequestMax
        guard !FieldScan.exceeds(countMax, [5], in: bytes), !FieldScan.exceeds(countMax, [13], in: bytes),
            !FieldScan.exceeds(countMax, [14], in: bytes)
        else {
            throw ProtocolError(problem, in: "receipts")
        }
        try Page.checkCounts(bytes, path: [6])
        let wire = try WireSyncResponse(wire: bytes, problem, in: "response")
        protocolVersion = wire.protocol
        guard (ProtocolVersion.oldest...ProtocolVersion.current).contains(protocolVersion) else {
            throw ProtocolError(problem, in: "protocol")
        }
        incarnation = try identifier(wire.incarnation, problem, in: "incarnation")
        serverTime = wire.serverTime
        acknowledgedSequence = try sequence(wire.acknowledgedSequence, problem, in: "acknowledged_sequence")
        receipts = []
        for receipt in wire.receipts { receipts.append(try Receipt(receipt)) }
        page = wire.hasPage ? try Page(wire.page) : nil
        pageSource = Unread(bytes: FieldScan.only(6, in: bytes).map(Array.init))
        token = wire.token.isEmpty ? nil : wire.token.array
        backupWatermark = try sequence(wire.backupWatermark, problem, in: "backup_watermark")
        forkEpoch = wire.forkEpoch == 0 ? nil : wire.forkEpoch
        wipe = wire.wipe
        let expected = try sequence(wire.expectedSequence, problem, in: "expected_sequence")
        expectedSequence = expected == 0 ? nil : expected
        sendRetained = wire.sendRetained
        parked = []
        for id in wire.parked { parked.append(try identifier(id, problem, in: "parked")) }
        receiptsAt = wire.receiptsAt
        receiptsKeyID = wire.receiptsKey
        for receipt in wire.shortReceipts { shortReceipts.append(try ShortReceipt(receipt, at: receiptsAt)) }
        guard wire.receiptColumns.places.count <= countMax else { throw ProtocolError(problem, in: "receipt_columns") }
        shortReceipts += try wire.receiptColumns.receipts(at: receiptsAt)
        shortReceipts.sort { $0.place < $1.place }
    }
}

/// Bytes that say only what their owner says beside them: no two owners differ by them.
private struct Unread: Hashable, Sendable {
    var bytes: [UInt8]?

    static func == (one: Unread, other: Unread) -> Bool { true }
    func hash(into hasher: inout Hasher) {}
}
