import Foundation
import HummingbirdTLS

/// The server's certificate chain and its key, both PEM.
public struct TLSFiles: Hashable, Sendable {
    /// The chain, the server's own certificate first.
    public var certificate: String
    /// The private key.
    public var key: String

    /// Two files.
    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    /// Reads both.
    /// - Throws: `ListenError.badTLSFile` that names the file.
    func configuration() throws(ListenError) -> TLSConfiguration {
        let attributes = try? FileManager.default.attributesOfItem(atPath: key)
        if let mode = attributes?[.posixPermissions] as? Int, mode & 0o007 != 0 {
            throw .badTLSFile(key, "everybody may read it; chmod 600 \(key)")
        }
        let chain: [NIOSSLCertificate]
        let privateKey: NIOSSLPrivateKey
        do { chain = try NIOSSLCertificate.fromPEMFile(certificate) } catch {
            throw .badTLSFile(certificate, "it is no readable PEM certificate chain")
        }
        guard !chain.isEmpty else { throw .badTLSFile(certificate, "there is no certificate in it") }
        do { privateKey = try NIOSSLPrivateKey(file: key, format: .pem) } catch {
            throw .badTLSFile(key, "it is no readable PEM private key")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }
}

/// Why the server does not start to listen.
public enum ListenError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Other machines could connect, and there is no certificate.
    case needsTLS(ListenAddress)
    /// Metrics are for this machine alone.
    case notLoopback(ListenAddress)
    /// A certificate or key file that cannot be used: path, why.
    case badTLSFile(String, String)

    /// What to do.
    public var description: String {
        switch self {
        case .needsTLS(let address):
            "\(address.description) can be reached from other machines, so TLS is required: give --tls-cert and --tls-key, "
                + "or listen on 127.0.0.1 behind a proxy that ends TLS"
        case .notLoopback(let address):
            "\(address.description) can be reached from other machines; metrics are served on loopback alone, for instance "
                + "127.0.0.1:9464. Let an agent or a proxy on this machine pass them on"
        case .badTLSFile(let path, let why): "\(path): \(why)"
        }
    }
}
