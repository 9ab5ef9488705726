package dev.lockkeeper.embedded;

import java.util.Locale;
import java.util.Set;

/** The configuration of a server whose data nobody will miss. */
final class Settings {
    /** Who may connect ({@code pg_hba.conf}): whoever knows the password. */
    static final String ACCESS = "host all all 127.0.0.1/32 md5\n";

    private static final String FAST = """
            listen_addresses = '127.0.0.1'
            unix_socket_directories = ''
            max_connections = 40
            shared_buffers = 16MB
            huge_pages = off
            dynamic_shared_memory_type = mmap

            # data that is thrown away needs no care
            fsync = off
            synchronous_commit = off
            full_page_writes = off
            wal_level = minimal
            max_wal_senders = 0
            wal_init_zero = off
            wal_recycle = off
            min_wal_size = 2MB
            checkpoint_timeout = 1h

            # nothing happens that nobody asked for, and the same every time
            autovacuum = off
            jit = off
            max_worker_processes = 0
            max_parallel_workers = 0
            max_parallel_workers_per_gather = 0
            max_parallel_maintenance_workers = 0
            max_prepared_transactions = 0
            # a long migration may lock thousands of objects in one transaction
            max_locks_per_transaction = 256

            # what initdb would have written
            datestyle = 'iso, mdy'
            timezone = 'UTC'
            log_timezone = 'UTC'
            lc_messages = 'C'
            lc_monetary = 'C'
            lc_numeric = 'C'
            lc_time = 'C'
            default_text_search_config = 'pg_catalog.english'

            # its own state, but no statements: they may hold secrets
            log_min_messages = log
            log_min_error_statement = panic
            log_checkpoints = off
            log_line_prefix = ''
            """;

    /** What the start itself relies on: where the server listens, where its files are, and that its log reaches us. */
    private static final Set<String> FIXED = Set.of(
            "config_file",
            "data_directory",
            "external_pid_file",
            "hba_file",
            "ident_file",
            "lc_messages",
            "listen_addresses",
            "log_destination",
            "log_min_messages",
            "logging_collector",
            "port",
            "unix_socket_directories");

    private Settings() {}

    /** Refuses what is not a name of a setting and the settings that a caller must not change. */
    static void check(String name) {
        if (!name.matches("[A-Za-z_][A-Za-z0-9_.]*")) {
            throw new EmbeddedPostgresException(
                    "\"" + name + "\" is not the name of a server setting",
                    "names consist of letters, digits, underscores and dots",
                    "see the view pg_settings for all names");
        }
        if (FIXED.contains(name.toLowerCase(Locale.ROOT))) {
            throw new EmbeddedPostgresException(
                    "the setting " + name + " of an embedded server cannot be changed",
                    "the server would be out of reach or open to others",
                    "leave it out");
        }
    }

    /** The text of {@code postgresql.conf}. */
    static String file(int major) {
        return major >= 18 ? FAST + "io_method = sync\n" : FAST;
    }
}
