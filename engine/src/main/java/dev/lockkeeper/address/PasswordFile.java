package dev.lockkeeper.address;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file with passwords, lines of {@code host:port:database:user:password} (manual 34.16). It is read when a connection is
 * made, so that a target of a fleet gets the password of its own database.
 *
 * @param path need not exist
 */
public record PasswordFile(Path path) {
    private static final Pattern FIELDS = Pattern.compile("(?:(?:[^:\\\\]|\\\\.)*+:){4}");

    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    /** Why the file is passed over, as libpq does it; empty when it is used or does not exist. */
    public Optional<String> objection() {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        if (!Files.isRegularFile(path)) {
            return Optional.of("the password file " + path + " is ignored: it is not a plain file");
        }
        try {
            Set<PosixFilePermission> open = Files.getPosixFilePermissions(path);
            open.retainAll(OTHERS);
            return open.isEmpty()
                    ? Optional.empty()
                    : Optional.of("the password file " + path
                            + " is ignored: its group or everybody has access to it; chmod 600 " + path);
        } catch (UnsupportedOperationException | IOException e) {
            // without such permissions libpq does not look at them either
            return Optional.empty();
        }
    }

    /** All passwords that stand in it, also when it is passed over, so that none of them is shown; empty when it cannot be read. */
    public Set<String> passwords() {
        Set<String> passwords = new LinkedHashSet<>();
        if (!Files.isRegularFile(path)) {
            return passwords;
        }
        try {
            for (String line : new String(Files.readAllBytes(path), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                Matcher fields = FIELDS.matcher(line);
                if (!line.startsWith("#") && fields.lookingAt()) {
                    passwords.add(password(line.substring(fields.end())));
                }
            }
            return passwords;
        } catch (IOException e) {
            return passwords;
        }
    }

    /**
     * The password of the first line that fits.
     *
     * @return null when no line does, or the file is passed over
     */
    public @Nullable String find(Host host, String database, String user) {
        if (!Files.isRegularFile(path) || objection().isPresent()) {
            return null;
        }
        try {
            // a letter in another encoding must not hide the other lines
            for (String line : new String(Files.readAllBytes(path), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                for (String name : host.namesInPasswordFile()) {
                    String rest = line.startsWith("#") ? null : line;
                    for (String wanted : List.of(name, Integer.toString(host.port()), database, user)) {
                        rest = rest == null ? null : after(rest, wanted);
                    }
                    if (rest != null) {
                        return password(rest);
                    }
                }
            }
            return null;
        } catch (IOException e) {
            // like a file that is not there: the server tells whether a password was needed
            return null;
        }
    }

    /** What follows the field when it is the wanted one or a star; null when it is not. */
    private static @Nullable String after(String line, String wanted) {
        if (line.startsWith("*:")) {
            return line.substring(2);
        }
        int matched = 0;
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) == ':' && matched == wanted.length()) {
                return line.substring(i + 1);
            }
            if (line.charAt(i) == '\\') {
                i++;
            }
            if (i == line.length() || matched == wanted.length() || line.charAt(i) != wanted.charAt(matched)) {
                return null;
            }
            matched++;
        }
        return null;
    }

    private static String password(String rest) {
        StringBuilder password = new StringBuilder();
        for (int i = 0; i < rest.length() && rest.charAt(i) != ':'; i++) {
            if (rest.charAt(i) == '\\' && i + 1 < rest.length()) {
                i++;
            }
            password.append(rest.charAt(i));
        }
        return password.toString();
    }
}
