package dev.lockkeeper.address;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One place where a server listens.
 *
 * @param name a host's name or IP address, or the folder of the server's socket, which begins with a slash
 * @param address the IP address to connect to, while the name still is what a certificate must hold; null for that of the
 *     name
 */
public record Host(String name, @Nullable String address, int port) {
    /** The folders in which servers make their sockets unless told otherwise: Debian's and PostgreSQL's own. */
    static final List<String> DEFAULT_SOCKETS = List.of("/var/run/postgresql", "/tmp");

    /** The server's socket; empty when it is reached through TCP. The address of a name wins, as in libpq. */
    public Optional<Path> socket() {
        return address == null && name.startsWith("/")
                ? Optional.of(Path.of(name, ".s.PGSQL." + port))
                : Optional.empty();
    }

    /**
     * How lines of a password file may call it. A socket where libpq looks without a host is called localhost too, and so is
     * a bare address: the manual says otherwise (34.16), psql does it.
     */
    List<String> namesInPasswordFile() {
        return DEFAULT_SOCKETS.contains(name) || name.equals(address) ? List.of(name, "localhost") : List.of(name);
    }

    /** As it is written in an URI. */
    @Override
    public String toString() {
        String shown = name.startsWith("/")
                ? URLEncoder.encode(name, StandardCharsets.UTF_8)
                : name.contains(":") ? "[" + name + "]" : name;
        return shown + ":" + port;
    }
}
