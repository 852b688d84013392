/// The contracts of this folder as text. They are compiled in, so that a binary needs no files beside it.
///
/// The prose beside each file says what it means; `README.md` lists them.
public enum SchemaResource {
    /// The state machine as an edge table: `from,command,to,actor,since`. Meaning: `Rules/states.md`.
    public static var edges: String { text(PackageResources.edges_csv) }
    /// Which role may edit which column of a ticket: `column,<role>,…`. Meaning: `Rules/states.md`.
    public static var rights: String { text(PackageResources.rights_csv) }
    /// What becomes of each command: `command,state,relation,verdict,reason,to,words`. Meaning: `Rules/states.md`. As bytes, because
    /// nine hundred lines are read where a command is given.
    public static var matrix: [UInt8] { PackageResources.matrix_csv }
    /// What settles a column that both sides changed: `column,rule,group,may`. Meaning: `Rules/states.md`.
    public static var columns: [UInt8] { PackageResources.columns_csv }
    /// The words of each reason: `code,chinese,english`; a comma in the English words is part of them.
    public static var reasons: [UInt8] { PackageResources.reasons_csv }
    /// The profile of Hotan as YAML. Only the centre parses it.
    public static var hotanProfile: String { text(PackageResources.hotan_yaml) }
    /// The cities whose profiles are compiled in, by code, sorted.
    public static let profileNames = ["beijing", "guangzhou", "haikou", "hotan", "weifang", "zunyi"]
    /// The profile of a city as YAML; nil for one that is not compiled in.
    public static func profile(_ name: String) -> String? {
        switch name {
        case "beijing": text(PackageResources.beijing_yaml)
        case "guangzhou": text(PackageResources.guangzhou_yaml)
        case "haikou": text(PackageResources.haikou_yaml)
        case "hotan": hotanProfile
        case "weifang": text(PackageResources.weifang_yaml)
        case "zunyi": text(PackageResources.zunyi_yaml)
        default: nil
        }
    }
    /// The taxonomy: `code,level1,level2,level3,initials1,initials2,initials3`. Codes are strings with leading zeros.
    public static var taxonomy: String { text(PackageResources.taxonomy_csv) }
    /// The State Council's days off and make-up working days as UTF-8: `date,kind,name`. A year without a line is not published yet.
    public static var calendar: [UInt8] { PackageResources.calendar_csv }

    /// The SQL that makes a replica of this schema version out of the one before; nil for a version that this release does not
    /// know. Version 1 begins with an empty file.
    public static func replicaSQL(version: Int) -> String? {
        switch version {
        case 1: text(PackageResources.replica_0001_sql)
        case 2: text(PackageResources.replica_0002_sql)
        case 3: text(PackageResources.replica_0003_sql)
        case 4: text(PackageResources.replica_0004_sql)
        case 5: text(PackageResources.replica_0005_sql)
        case 6: text(PackageResources.replica_0006_sql)
        case 7: text(PackageResources.replica_0007_sql)
        case 8: text(PackageResources.replica_0008_sql)
        case 9: text(PackageResources.replica_0009_sql)
        default: nil
        }
    }
    /// The SQL that makes a central store of this schema version out of the one before; nil for a version that this release does
    /// not know.
    public static func centralSQL(version: Int) -> String? {
        switch version {
        case 1: text(PackageResources.central_0001_sql)
        case 2: text(PackageResources.central_0002_sql)
        case 3: text(PackageResources.central_0003_sql)
        case 4: text(PackageResources.central_0004_sql)
        case 5: text(PackageResources.central_0005_sql)
        case 6: text(PackageResources.central_0006_sql)
        case 7: text(PackageResources.central_0007_sql)
        case 8: text(PackageResources.central_0008_sql)
        case 9: text(PackageResources.central_0009_sql)
        default: nil
        }
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
