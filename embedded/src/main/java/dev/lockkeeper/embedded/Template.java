package dev.lockkeeper.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A data directory made once per version, which every server starts from a copy of. It belongs to the account that the
 * server runs as.
 *
 * @param directory in the cache
 * @param list of its contents; this process's, not the server's
 * @param password lets the superuser of a copy in
 */
record Template(Path directory, Path list, Password password) {
    /** The superuser of every embedded server. */
    static final String USER = "lockkeeper";

    // template0 goes because every file costs each start. The free space and visibility maps may be missing at any time
    // (manual, "Free Space Map" and "Visibility Map"); on the unchanging catalogs of an empty database they gain
    // nothing.
    private static final String STATEMENTS = """
            ALTER ROLE %s PASSWORD '%s'
            ALTER DATABASE template0 IS_TEMPLATE false
            DROP DATABASE template0
            CHECKPOINT
            """;

    private static final String SCRIPT = """
            umask 077
            final=$1 new=$2 bin=$3 conf=$4 hba=$5
            shift 5
            rm -rf "${new%/*}"/.new-*
            "$bin/initdb" -D "$new" "$@" </dev/null >"$new.log" 2>&1 &&
            printf '%s' "$conf" >"$new/postgresql.conf" &&
            printf '%s' "$hba" >"$new/pg_hba.conf" &&
            "$bin/postgres" --single -D "$new" -c exit_on_error=on -c log_min_messages=error postgres >"$new.log" 2>&1 &&
            rm -f "$new"/base/*/*_fsm "$new"/base/*/*_vm &&
            rm -rf "$final" &&
            mv "$new" "$final" || code=1
            [ -z "$code" ] || cat "$new.log"
            rm -rf "$new" "$new.log"
            exit ${code:-0}
            """;

    static Template provide(Installation installation, Cache cache) {
        var password = Password.of(cache);
        int major = installation.binaries().major();
        // whatever goes into a template is in its name, so a stale one is never used
        var parts = SCRIPT + STATEMENTS + initdb(major) + Settings.file(major) + Settings.ACCESS + password.text();
        var key = Password.digest("SHA-256", parts).substring(0, 12);
        var directory =
                cache.ofServer().resolve("template-" + installation.binaries().version() + "-" + key);
        // each account has its own template
        var list = directory.getFileName() + "-" + cache.account().uid() + ".contents";
        var template = new Template(directory, cache.directory().resolve(list), password);
        if (!template.isPresent()) {
            installation.heal(cache);
            cache.alone(() -> template.isPresent() || template.create(installation, cache.account()));
        }
        return template;
    }

    private static List<String> initdb(int major) {
        var arguments = new ArrayList<>(
                List.of("--no-sync", "--no-instructions", "--username=" + USER, "--auth=reject", "--encoding=UTF8"));
        arguments.addAll(List.of("--locale=C", "--wal-segsize=1"));
        if (major >= 17) {
            arguments.addAll(List.of("--locale-provider=builtin", "--builtin-locale=C.UTF-8"));
        }
        if (major >= 18) {
            arguments.add("--no-data-checksums");
        }
        return arguments;
    }

    private boolean isPresent() {
        return Files.exists(directory.resolve("PG_VERSION")) && Files.exists(list);
    }

    private boolean create(Installation installation, Account account) {
        int major = installation.binaries().major();
        var arguments = new ArrayList<>(List.of(
                directory.toString(),
                directory.resolveSibling(".new-" + directory.getFileName()).toString(),
                installation.directory().resolve("bin").toString(),
                Settings.file(major),
                Settings.ACCESS));
        arguments.addAll(initdb(major));
        var statements = STATEMENTS.formatted(USER, password.stored(USER));
        var outcome = Shell.run(account, SCRIPT, statements, arguments);
        if (outcome.output().contains("could not look up effective user ID")) {
            // initdb wants an entry in the list of users, the server does not: in a user namespace we are nobody, who
            // has one
            var nobody = Account.userNamespace();
            if (nobody.isPresent()) {
                outcome = Shell.run(nobody.get(), SCRIPT, statements, arguments);
            }
        }
        try {
            if (!outcome.succeeded()) {
                throw new IOException(outcome.output());
            }
            Contents.record(directory, list);
            return true;
        } catch (IOException e) {
            throw new EmbeddedPostgresException(
                    "cannot prepare a data directory for PostgreSQL "
                            + installation.binaries().version() + " in " + directory.getParent(),
                    e.getMessage(),
                    String.valueOf(e.getMessage()).contains("No space left on device")
                            ? "make room on the disk, or name another directory in LOCKKEEPER_CACHE"
                            : null,
                    e);
        }
    }

    /** Whether a file is missing or has another size than when the template was made. */
    boolean isDamaged() {
        return !Contents.hold(directory, list);
    }

    /** Makes the template again unless somebody else just did. */
    void heal(Installation installation, Cache cache) {
        cache.alone(() -> !isDamaged() || create(installation, cache.account()));
    }
}
