import Foundation

/// Prints one line at once, also into a pipe: a watcher sees each step when it happens.
func print(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
}
