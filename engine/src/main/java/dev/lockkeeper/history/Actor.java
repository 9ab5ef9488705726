package dev.lockkeeper.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who runs this process, by the word of the machine: nobody can verify it from the database. */
public final class Actor {
    /** Where Linux keeps its name; asking by a socket may ask a name server, which may take long. */
    private static final Path HOST = Path.of("/proc/sys/kernel/hostname");

    private Actor() {}

    /** The user of the operating system and the machine, such as {@code anna@build-7}; null when neither is known. */
    public static @Nullable String here() {
        String user = clean(System.getProperty("user.name", ""));
        String host = host();
        return user.isEmpty() && host.isEmpty() ? null : user + "@" + host;
    }

    private static String host() {
        try {
            return clean(Files.readString(HOST));
        } catch (IOException e) {
            // not Linux
            return clean(Optional.ofNullable(System.getenv("COMPUTERNAME"))
                    .or(() -> Optional.ofNullable(System.getenv("HOSTNAME")))
                    .orElse(""));
        }
    }

    private static String clean(String text) {
        return text.strip().replace("\0", "");
    }
}
