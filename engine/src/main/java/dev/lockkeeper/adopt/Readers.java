package dev.lockkeeper.adopt;

import static dev.lockkeeper.adopt.HistoryReader.utc;

import dev.lockkeeper.history.OtherTool;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.sql.Splitter;
import dev.lockkeeper.sql.SqlFlaw;
import dev.lockkeeper.sql.Statement;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The reader of each tool's history. */
final class Readers {
    private Readers() {}

    static HistoryReader of(OtherTool tool) {
        return switch (tool) {
            case FLYWAY -> new FlywayReader();
            case LIQUIBASE -> new LiquibaseReader();
            case SQITCH -> new SqitchReader();
            case GOLANG_MIGRATE -> new GolangMigrateReader();
            case DBMATE ->
                versions(
                        "select version, null, null, 0, true, null, null from %s order by length(version), version",
                        "dbmate keeps only the version");
            case GOOSE ->
                new RowReader(
                        // a rollback of older releases adds a row; row 0 marks the birth of the table
                        t -> "select version_id, " + utc(t, "tstamp")
                                + ", null, 0, true, null, null from (select distinct on"
                                + " (version_id) * from " + t.qualified() + " where version_id > 0 order by version_id,"
                                + " id desc) latest where is_applied order by id",
                        RowReader::byVersion,
                        nothing("goose keeps no checksum"));
            case DIESEL ->
                new RowReader(
                        t -> "select version, " + utc(t, "run_on") + ", null, 0, true, null, null from " + t.qualified()
                                + " order by run_on, version",
                        RowReader::byVersion,
                        nothing("diesel keeps no checksum"));
            case SQLX ->
                new RowReader(
                        t -> "select version, " + utc(t, "installed_on")
                                + ", null, (execution_time / 1000000)::bigint, success,"
                                + " encode(checksum, 'hex'), null from " + t.qualified() + " order by version",
                        RowReader::byVersion,
                        (m, proof) -> digest(m, "SHA-384", proof));
            case PRISMA ->
                new RowReader(
                        t -> "select migration_name, " + utc(t, "finished_at") + ", null, 0, finished_at is not null,"
                                + " checksum, null from " + t.qualified() + " where rolled_back_at is null"
                                + " order by finished_at, migration_name",
                        RowReader::byFile,
                        (m, proof) -> digest(m, "SHA-256", proof));
            case SQL_MIGRATE ->
                new RowReader(
                        t -> "select id, " + utc(t, "applied_at") + ", null, 0, true, null, null from " + t.qualified()
                                + " order by applied_at, id",
                        RowReader::byFile,
                        nothing("sql-migrate keeps no checksum"));
            case MYBATIS ->
                new RowReader(
                        // the time is text there
                        t -> "select id, case when applied_at ~ '^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d' then"
                                + " replace(applied_at, ' ', 'T') || 'Z' end, null, 0, true, null, null from "
                                + t.qualified() + " order by id",
                        RowReader::byVersion,
                        nothing("MyBatis keeps no checksum"));
            case SUPABASE ->
                new RowReader(
                        t -> "select version, null, " + (t.columns().containsKey("created_by") ? "created_by" : "null")
                                + ", 0, true, array_to_string(statements, E'\\n;\\n'), null from " + t.qualified()
                                + " order by length(version), version",
                        RowReader::byVersion,
                        Readers::statements);
            case UNREADABLE -> throw new IllegalArgumentException("nobody reads such a history");
        };
    }

    private static RowReader versions(String select, String why) {
        return new RowReader(t -> String.format(select, t.qualified()), RowReader::byVersion, nothing(why));
    }

    private static RowReader.Check nothing(String why) {
        return (migration, proof) -> Evidence.none(why);
    }

    static Evidence digest(Migration migration, String algorithm, @Nullable String proof) {
        return proof == null || proof.isEmpty()
                ? Evidence.none("the row has no checksum")
                : Evidence.of(
                        FileDigest.of(migration, algorithm).contains(proof.toLowerCase(Locale.ROOT)),
                        algorithm + " of the file");
    }

    /** Supabase keeps the statements that it sent; comments and blank lines between them do not count. */
    private static Evidence statements(Migration migration, @Nullable String sent) {
        if (sent == null || sent.isBlank()) {
            return Evidence.none("the row has no statements");
        }
        try {
            return Evidence.of(split(sent).equals(split(migration.up().template())), "its statements");
        } catch (SqlFlaw flaw) {
            return Evidence.none("its statements cannot be told apart: " + flaw.getMessage());
        }
    }

    private static List<String> split(String script) {
        return Splitter.split(script).stream().map(Statement::sql).toList();
    }
}
