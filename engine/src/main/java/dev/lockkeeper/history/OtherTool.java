package dev.lockkeeper.history;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A migration tool other than Lockkeeper, and the shape of the table in which it keeps its history. */
public enum OtherTool {
    /** The table may have any name: nothing else has these columns. */
    FLYWAY("flyway", "", "installed_rank", "version", "type", "script", "checksum", "installed_by", "success"),
    LIQUIBASE("liquibase", "databasechangelog", "id", "author", "filename", "orderexecuted", "exectype"),
    GOLANG_MIGRATE("golang-migrate", "schema_migrations", "version", "dirty"),
    SUPABASE("supabase", "schema_migrations", "version", "statements"),
    DBMATE("dbmate", "schema_migrations", "version"),
    GOOSE("goose", "goose_db_version", "id", "version_id", "is_applied", "tstamp"),
    SQLX("sqlx", "_sqlx_migrations", "version", "installed_on", "success", "checksum", "execution_time"),
    DIESEL("diesel", "__diesel_schema_migrations", "version", "run_on"),
    SQITCH("sqitch", "changes", "change_id", "script_hash", "change", "project", "committed_at", "planned_at"),
    MYBATIS("mybatis", "changelog", "id", "applied_at", "description"),
    SQL_MIGRATE("sql-migrate", "gorp_migrations", "id", "applied_at"),
    PRISMA("prisma", "_prisma_migrations", "checksum", "migration_name", "finished_at", "rolled_back_at"),
    /** A history that is recognized and not read. */
    UNREADABLE("another tool", "");

    /** Names that say by themselves that a tool keeps its history there, whatever the columns. */
    private static final List<String> UNREADABLE_NAMES = List.of(
            "schema_migrations",
            "flyway_schema_history",
            "databasechangelog",
            "goose_db_version",
            "_sqlx_migrations",
            "__diesel_schema_migrations",
            "_prisma_migrations",
            "atlas_schema_revisions",
            "pgmigrations",
            OtherTool.OF_TERN,
            "alembic_version",
            "django_migrations",
            "knex_migrations",
            "__drizzle_migrations");

    /** Of tern; applications use such a name too, but only tern keeps nothing but the number. */
    private static final String OF_TERN = "schema_version";

    private final String key;
    private final String table;
    /** Parted by blanks. */
    private final String columns;

    OtherTool(String key, String table, String... columns) {
        this.key = key;
        this.table = table;
        this.columns = String.join(" ", columns);
    }

    /** The name that people, command lines and the record use. */
    public String key() {
        return key;
    }

    /** The tools whose history can be taken over. */
    public static List<OtherTool> readable() {
        return Arrays.stream(values()).filter(t -> t != UNREADABLE).toList();
    }

    /** The names of tables that are worth a look, in lower case. */
    static List<String> names() {
        return Stream.concat(
                        Arrays.stream(values()).map(t -> t.table).filter(t -> !t.isEmpty()), UNREADABLE_NAMES.stream())
                .distinct()
                .toList();
    }

    /**
     * Whose history a table is; empty when it is none, whatever its name.
     *
     * @param columns the types by the names
     */
    static Optional<OtherTool> of(String table, Map<String, String> columns) {
        Optional<OtherTool> found = readable().stream()
                .filter(t -> t.table.isEmpty() || t.table.equals(table))
                .filter(t -> columns.keySet().containsAll(List.of(t.columns.split(" "))))
                // a list of versions alone is told from the histories that keep more
                .filter(t -> t != DBMATE || columns.size() == 1)
                // applications have logs of changes too, but keep times in columns of times
                .filter(t ->
                        t != MYBATIS || columns.getOrDefault("applied_at", "").startsWith("character"))
                .findFirst();
        return found.isPresent()
                        || !UNREADABLE_NAMES.contains(table)
                        || (table.equals(OF_TERN) && !columns.keySet().equals(Set.of("version")))
                ? found
                : Optional.of(UNREADABLE);
    }
}
