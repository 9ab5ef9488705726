package dev.lockkeeper.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The account that the server runs as. PostgreSQL refuses to run as root, so a root process hands everything that
 * touches a data directory to an unprivileged account; any other process simply uses its own.
 *
 * @param owner the user of this process
 * @param uid the user that the server's files belong to
 * @param gid their group
 * @param prefix the command that switches to this account; empty when none is needed
 */
record Account(int owner, int uid, int gid, List<String> prefix) {
    /** Effective capabilities (capabilities(7)) without which root cannot give work and files to another account. */
    private static final long CHOWN_SETGID_SETUID = 1L | 1L << 6 | 1L << 7;

    /** Accounts that own nothing by custom. A real server's account comes last: its files are out of bounds. */
    private static final List<String> CUSTOMARY = List.of("nobody", "daemon", "postgres");

    private static final int NOBODY = 65534;

    Account {
        prefix = List.copyOf(prefix);
    }

    static Account current() {
        var status = fields(Path.of("/proc/self/status"));
        int uid = id(status.get("Uid"), "-u");
        int gid = id(status.get("Gid"), "-g");
        if (uid != 0) {
            return new Account(uid, uid, gid, List.of());
        }
        // without /proc the attempt decides
        var capabilities = status.containsKey("CapEff")
                ? Long.parseUnsignedLong(status.get("CapEff").get(0), 16)
                : CHOWN_SETGID_SETUID;
        var mayGive = (capabilities & CHOWN_SETGID_SETUID) == CHOWN_SETGID_SETUID;
        return Stream.of(mayGive ? unprivileged() : Optional.<Account>empty(), userNamespace())
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> new EmbeddedPostgresException(
                        "PostgreSQL does not run as root, and there is no way to start it as somebody else",
                        "looked for the programs setpriv, runuser and unshare, and for the right to use them",
                        "run as an ordinary user, or install util-linux"));
    }

    /** The first of a few customary accounts, else the number that is nobody's by custom; empty without the tools. */
    static Optional<Account> unprivileged() {
        var setpriv = Shell.program("setpriv");
        var runuser = Shell.program("runuser");
        var users = fields(Path.of("/etc/passwd"));
        for (var name : CUSTOMARY) {
            var entry = users.getOrDefault(name, List.of());
            if (entry.size() > 2 && isUnprivileged(entry.get(1)) && isUnprivileged(entry.get(2))) {
                int uid = Integer.parseInt(entry.get(1));
                int gid = Integer.parseInt(entry.get(2));
                return setpriv.map(program -> switched(program, uid, gid))
                        .or(() -> runuser.map(program -> new Account(0, uid, gid, List.of(program, "-u", name, "--"))));
            }
        }
        return setpriv.map(program -> switched(program, NOBODY, NOBODY));
    }

    /** The same user in a new user namespace without a mapping (user_namespaces(7)): it does not know that it is root. */
    static Optional<Account> userNamespace() {
        return Shell.program("unshare").map(unshare -> new Account(0, 0, 0, List.of(unshare, "-U")));
    }

    private static Account switched(String setpriv, int uid, int gid) {
        var prefix = List.of(setpriv, "--reuid=" + uid, "--regid=" + gid, "--clear-groups", "--no-new-privs");
        return new Account(0, uid, gid, prefix);
    }

    private static boolean isUnprivileged(String id) {
        return id.matches("[1-9]\\d{0,8}");
    }

    /** Whether the server's files belong to somebody other than the user of this process. */
    boolean foreign() {
        return uid != owner;
    }

    /** The command as this account runs it. */
    List<String> command(List<String> command) {
        var whole = new ArrayList<>(prefix);
        whole.addAll(command);
        return whole;
    }

    /** Whether this account can reach what lies in a directory, as the mode bits along the path tell. */
    boolean canEnter(Path directory) {
        for (var at = directory; at != null; at = at.getParent()) {
            if (Files.exists(at) && !mayPass(at)) {
                return false;
            }
        }
        return true;
    }

    private boolean mayPass(Path directory) {
        try {
            return Ownership.of(directory).lets(uid, gid);
        } catch (IOException e) {
            return false;
        }
    }

    /** Makes a directory, which only its owner may enter, this account's. */
    void own(Path directory) throws IOException {
        if (foreign() && Ownership.of(directory).uid() != uid) {
            Files.setAttribute(directory, "unix:gid", gid);
            Files.setAttribute(directory, "unix:uid", uid);
        }
    }

    /** The lines of a file by what stands before the first colon; empty where there is no such file. */
    private static Map<String, List<String>> fields(Path file) {
        var fields = new HashMap<String, List<String>>();
        try {
            for (var line : Files.readAllLines(file)) {
                var parts = List.of(line.split("[:\\s]+"));
                fields.putIfAbsent(parts.get(0), parts.subList(1, parts.size()));
            }
        } catch (IOException e) {
            fields.clear();
        }
        return fields;
    }

    private static int id(@Nullable List<String> kinds, String option) {
        // real, effective, saved, file system: the effective one decides
        var id = kinds != null && kinds.size() > 1 ? kinds.get(1) : Shell.output(List.of("id", option));
        return Integer.parseInt(id);
    }
}
