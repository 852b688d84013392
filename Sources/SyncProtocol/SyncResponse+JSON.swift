public import Changeset
internal import FoundationEssentials

extension SyncResponse {
    /// The answer as canonical JSON, for debugging: same content, with names for tables and columns.
    public func jsonText() -> [UInt8] {
        var object: [String: JSONText] = [
            "protocol": .number(Int64(protocolVersion)), "incarnation": .text(incarnation.description),
            "server_time": .number(serverTime), "acknowledged_sequence": .unsigned(acknowledgedSequence),
            "receipts": .array(receipts.map(\.json)), "backup_watermark": .unsigned(backupWatermark), "wipe": .boolean(wipe),
            "send_retained": .boolean(sendRetained), "parked": .array(parked.map { .text($0.description) }),
        ]
        if !shortReceipts.isEmpty {
            object["short_receipts"] = .array(shortReceipts.map(\.json))
            object["receipts_at"] = .number(receiptsAt)
            object["receipts_key"] = .text(receiptsKeyID)
        }
        if let page { object["page"] = page.json }
        if let token { object["token"] = .text(hexadecimal(token)) }
        if let forkEpoch { object["fork_epoch"] = .number(Int64(forkEpoch)) }
        if let expectedSequence { object["expected_sequence"] = .unsigned(expectedSequence) }
        return JSONText.object(object).bytes
    }
}

extension Receipt {
    var json: JSONText {
        var object: [String: JSONText] = [
            "command_id": .text(commandID.description), "digest": .text(hexadecimal(digest)),
            "verdict": .text(verdict.rawValue), "sequence": .unsigned(sequence), "reason": .text(reason),
            "server_time": .number(serverTime), "occurred_at": .number(occurredAt), "key_id": .text(keyID),
            "incarnation": .text(incarnation.description), "replica": .text(replica.description),
            "mac": .text(hexadecimal(mac)), "confirmed": .boolean(confirmed),
        ]
        if let waitsFor { object["waits_for"] = .text(waitsFor.description) }
        if let decision {
            object["decision"] = .object([
                "decision": .text(decision.decision.rawValue), "reason": .text(decision.reason),
                "sequence": .unsigned(decision.sequence), "by": .text(decision.by), "at": .number(decision.at),
            ])
        }
        return .object(object)
    }
}

extension ShortReceipt {
    var json: JSONText {
        var object: [String: JSONText] = [
            "place": .unsigned(place), "verdict": .text(verdict.rawValue), "sequence": .unsigned(sequence),
            "reason": .text(reason),
            "occurred_at": .number(occurredAt), "mac": .text(hexadecimal(mac)), "confirmed": .boolean(confirmed),
        ]
        if let waitsFor { object["waits_for"] = .text(waitsFor.description) }
        return .object(object)
    }
}

extension Page {
    var json: JSONText {
        var object: [String: JSONText] = [
            "entities": .array(entities.map(\.json)), "at": .text(hexadecimal(at)), "more": .boolean(more),
            "base": .unsigned(base), "generation": .number(Int64(generation)), "from_zero": .boolean(fromZero),
        ]
        if let fingerprint {
            object["fingerprint"] = .object([
                "sum": .text(hexadecimal(fingerprint.sum.bigEndianBytes)), "count": .unsigned(fingerprint.count),
            ])
        }
        return .object(object)
    }
}

extension Entity {
    var json: JSONText {
        var object: [String: JSONText] = [
            "kind": .text("\(key.kind)"), "op": .text("\(operation)"), "version": .unsigned(version),
            "id": .text(key.kind == .reference ? String(decoding: key.id, as: UTF8.self) : hexadecimal(key.id)),
            "rows": .array(rows.map(\.json)),
        ]
        if let receipt { object["receipt"] = receipt.json }
        if !leaveReason.isEmpty { object["leave_reason"] = .text(leaveReason) }
        return .object(object)
    }
}

extension EntityRow {
    var json: JSONText {
        var columns: [String: JSONText] = [:]
        for (name, value) in zip(table.columns, values) { if let value { columns[name] = JSONText(value) } }
        var object: [String: JSONText] = [
            "table": .text(table.name), "deleted": .boolean(deleted), "columns": .object(columns),
        ]
        if !unchanged.isEmpty {
            let names = table.columns.enumerated().filter { unchanged.contains($0.offset) }.map { JSONText.text($0.element) }
            object["unchanged"] = .array(names)
        }
        return .object(object)
    }
}

extension JSONText {
    /// One value of a row: bytes as {"hex": …}, so that they are not taken for text.
    public init(_ value: Value) {
        self =
            switch value {
            case .null: .null
            case .integer(let number): .number(number)
            case .real(let number): .real(number)
            case .text(let text): .text(text)
            case .blob(let bytes): .object(["hex": .text(hexadecimal(bytes))])
            }
    }
}
