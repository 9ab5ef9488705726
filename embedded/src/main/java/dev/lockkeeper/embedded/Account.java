package dev.lockkeeper.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The account that the server runs as. PostgreSQL refuses to run as root, so a root process hands everything that
 * touches a data directory to an unprivileged account; any other process simply uses its own.
 *
 * @param uid the owner of the server's files
 * @param gid their group
 * @param prefix the command that switches to this account; empty when none is needed
 */
record Account(int uid, int gid, List<String> prefix) {
    /** Effective capabilities (capabilities(7)) without which root cannot give work and files to another account. */
    private static final long CHOWN_SETGID_SETUID = 1L | 1L << 6 | 1L << 7;

    Account {
        prefix = List.copyOf(prefix);
    }

    static Account current() {
        var status = status();
        int uid = ids(status, "Uid", "-u");
        int gid = ids(status, "Gid", "-g");
        if (uid != 0) {
            return new Account(uid, gid, List.of());
        }
        var capabilities =
                Long.parseUnsignedLong(status.getOrDefault("CapEff", "0").trim(), 16);
        var candidates = (capabilities & CHOWN_SETGID_SETUID) == CHOWN_SETGID_SETUID
                ? Stream.of(unprivileged(), userNamespace())
                : Stream.of(userNamespace());
        return candidates
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> new EmbeddedPostgresException(
                        "PostgreSQL does not run as root, and there is no way to start it as somebody else",
                        "looked for the programs setpriv, runuser and unshare, and for the right to use them",
                        "run as an ordinary user, or install util-linux"));
    }

    /** An account of the machine that owns nothing: the first of a few customary ones, else the number of nobody. */
    static Optional<Account> unprivileged() {
        var known = passwd();
        for (var name : List.of("nobody", "daemon", "postgres")) {
            var ids = known.get(name);
            if (ids == null || ids[0] == 0) {
                continue;
            }
            var setpriv = setpriv(ids[0], ids[1]);
            if (setpriv.isPresent()) {
                return setpriv;
            }
            var runuser = Shell.program("runuser");
            if (runuser.isPresent()) {
                return Optional.of(new Account(ids[0], ids[1], List.of(runuser.get(), "-u", name, "--")));
            }
        }
        return setpriv(65534, 65534);
    }

    /** The same user, whom a new user namespace without a mapping keeps from knowing that it is root. */
    static Optional<Account> userNamespace() {
        return Shell.program("unshare").map(unshare -> new Account(0, 0, List.of(unshare, "-U")));
    }

    private static Optional<Account> setpriv(int uid, int gid) {
        return Shell.program("setpriv")
                .map(setpriv -> new Account(
                        uid,
                        gid,
                        List.of(setpriv, "--reuid=" + uid, "--regid=" + gid, "--clear-groups", "--no-new-privs")));
    }

    /** Whether the server runs as somebody other than this process. */
    boolean foreign() {
        return !prefix.isEmpty() && uid != 0;
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
            var of = Files.readAttributes(directory, "unix:uid,gid,mode");
            int mode = (Integer) of.get("mode");
            int execute = of.get("uid").equals(uid) ? 0100 : of.get("gid").equals(gid) ? 0010 : 0001;
            return (mode & execute) != 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Makes a directory, which only its owner may enter, this account's. */
    void own(Path directory) throws IOException {
        if (foreign() && !Files.getAttribute(directory, "unix:uid").equals(uid)) {
            Files.setAttribute(directory, "unix:gid", gid);
            Files.setAttribute(directory, "unix:uid", uid);
        }
    }

    private static Map<String, String> status() {
        var status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return Map.of();
        }
        try (var lines = Files.lines(status)) {
            return lines.map(line -> line.split(":", 2))
                    .filter(parts -> parts.length == 2)
                    .collect(Collectors.toMap(p -> p[0], p -> p[1], (a, b) -> a));
        } catch (IOException e) {
            return Map.of();
        }
    }

    private static int ids(Map<String, String> status, String key, String option) {
        var real = status.get(key);
        // real, effective, saved, file system: the effective one decides
        return real != null
                ? Integer.parseInt(real.trim().split("\\s+")[1])
                : Integer.parseInt(Shell.output(List.of("id", option)).trim());
    }

    private static Map<String, int[]> passwd() {
        try (var lines = Files.lines(Path.of("/etc/passwd"))) {
            return lines.map(line -> line.split(":"))
                    .filter(field -> field.length > 3 && field[2].matches("\\d{1,9}") && field[3].matches("\\d{1,9}"))
                    .collect(Collectors.toMap(
                            field -> field[0],
                            field -> new int[] {Integer.parseInt(field[2]), Integer.parseInt(field[3])},
                            (a, b) -> a));
        } catch (IOException e) {
            return Map.of();
        }
    }
}
