package dev.lockkeeper.bench;

import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Small migrations, as a project for Lockkeeper and as scripts for psql that run the same files.
 *
 * @param project the folder with lockkeeper.yaml
 * @param plain runs each file in a transaction, all in one session
 * @param recorded the same, and each transaction also inserts the history row that Lockkeeper would write
 * @param files the names of the files, one a line, in order
 */
record Workload(Path project, Path plain, Path recorded, Path files) {
    static final HistoryTable HISTORY = new HistoryTable("lockkeeper", "bench");

    /** Writes everything below a folder. */
    static Workload write(Path folder, int count) throws IOException {
        Path project = Files.createDirectories(folder.resolve("project"));
        Files.writeString(
                project.resolve("lockkeeper.yaml"),
                "project: bench\nmigrations: migrations\nconvention: flyway\ndowns: optional\n");
        Path migrations = Files.createDirectories(project.resolve("migrations"));
        for (int i = 1; i <= count; i++) {
            Files.writeString(migrations.resolve("V" + i + "__table_" + i + ".sql"), migration(i));
        }
        StringBuilder plain = new StringBuilder();
        StringBuilder recorded = new StringBuilder();
        StringBuilder files = new StringBuilder();
        UUID run = UUID.randomUUID();
        String digest = "sha256-lf:" + "0".repeat(64);
        for (Migration migration : Migrations.read(new Folder("bench", migrations, Convention.FLYWAY, Tokens.none()))
                .all()) {
            String file = "begin;\n\\i '" + migration.up().file() + "'\n";
            files.append(migration.up().file()).append('\n');
            plain.append(file).append("commit;\n");
            recorded.append(file)
                    .append(HISTORY.sql().applied(migration, 5, digest, run, "0"))
                    .append(";\ncommit;\n");
        }
        return new Workload(
                project,
                Files.writeString(folder.resolve("plain.sql"), plain),
                Files.writeString(folder.resolve("recorded.sql"), recorded),
                Files.writeString(folder.resolve("files"), files));
    }

    private static String migration(int number) {
        int parent = Math.max(1, number - 1);
        return """
                create table item_%1$d (
                  id bigint generated always as identity primary key,
                  parent_id bigint references item_%2$d (id),
                  name text not null,
                  amount integer not null,
                  created_at timestamptz not null default now(),
                  constraint item_%1$d_amount_check check (amount >= 0)
                );
                create index item_%1$d_parent_idx on item_%1$d (parent_id);
                create index item_%1$d_name_idx on item_%1$d (name, created_at);
                comment on table item_%1$d is 'Item number %1$d.';
                """.formatted(number, parent);
    }
}
