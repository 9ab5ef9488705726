package dev.lockkeeper.embedded;

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

    private Settings() {}

    /** The text of {@code postgresql.conf}. */
    static String file(int major) {
        return major >= 18 ? FAST + "io_method = sync\n" : FAST;
    }
}
