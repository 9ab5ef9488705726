package dev.lockkeeper.gate;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.ScriptReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The file of the key with which a person signs. An Ed25519 key without a passphrase signs here; everything else, such as a key
 * with a passphrase, or a public key whose other half an agent or a token holds, goes to {@code ssh-keygen}, which asks for what
 * it needs at the terminal.
 *
 * @param file the private key, or the public one of a key that an agent holds
 */
record SigningKey(Path file) {
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    /** @throws LockkeeperException {@code key-unusable}, {@code file-unreadable} */
    SshSignature sign(String namespace, byte[] message) {
        String shown = ScriptReader.display(file);
        String text = ScriptReader.read(file);
        SshSignature signature;
        try {
            if (text.contains("PRIVATE KEY")) {
                requireOwn(shown);
            }
            Optional<SshPrivateKey> own = SshPrivateKey.read(text);
            signature = own.isPresent()
                    ? SshSignature.sign(own.get(), namespace, message)
                    : SshSignature.read(bySshKeygen(shown, namespace, message));
        } catch (SshBlob.Malformed e) {
            // never the text: it is a secret
            throw unusable(shown, "the key cannot be used: " + e.getMessage())
                    .help("name a key of type " + SshPublicKey.TYPE + ": ssh-keygen -t ed25519 makes one")
                    .asException();
        }
        if (!signature.signs(message)) {
            throw unusable(shown, "the two halves of the key do not belong together")
                    .asException();
        }
        return signature;
    }

    /** As ssh refuses a key that others may read. */
    private void requireOwn(String shown) {
        try {
            if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
                throw unusable(shown, "others may read the private key")
                        .help("take the right from them: chmod 600 FILE")
                        .asException();
            }
        } catch (IOException | UnsupportedOperationException e) {
            // a file system without rights has none to check
        }
    }

    private String bySshKeygen(String shown, String namespace, byte[] message) {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        "ssh-keygen", "-Y", "sign", "-f", file.toAbsolutePath().toString(), "-n", namespace))
                .redirectError(ProcessBuilder.Redirect.PIPE);
        try {
            Process process = builder.start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(message);
            }
            String signed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() == 0) {
                return signed;
            }
            throw unusable(shown, "ssh-keygen does not sign with this key")
                    .because(said.isEmpty() ? null : said)
                    .help("for a key with a passphrase, add it to an agent with ssh-add and name the .pub file")
                    .asException();
        } catch (IOException e) {
            throw unusable(shown, "the key needs ssh-keygen, which cannot be run: " + e.getMessage())
                    .because("Lockkeeper itself reads keys of type " + SshPublicKey.TYPE + " without a passphrase only")
                    .help("install the package openssh-client")
                    .asException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unusable(shown, "signing was interrupted").asException(e);
        }
    }

    private static Problem unusable(String shown, String message) {
        return Problem.of(Code.KEY_UNUSABLE, message).at(Place.of(shown));
    }
}
