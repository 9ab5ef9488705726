package dev.lockkeeper.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The same migrations for many schemas.
 *
 * @param project the folder with lockkeeper.yaml
 * @param script all migrations in one file, each a transaction; the token stands in it
 * @param schemas the names of the schemas, one a line
 */
record FleetWorkload(Path project, Path script, Path schemas) {
    static final int SCHEMAS = 50;
    static final int MIGRATIONS = 20;

    /** Writes everything below a folder. */
    static FleetWorkload write(Path folder) throws IOException {
        Path project = Files.createDirectory(folder.resolve("project"));
        Files.writeString(project.resolve("lockkeeper.yaml"), """
                project: fleet
                convention: flyway
                downs: optional
                fleets:
                  tenants:
                    schemas: select nspname from pg_namespace where nspname like 'tenant%' order by 1
                """);
        Path migrations = Files.createDirectory(project.resolve("migrations"));
        StringBuilder script = new StringBuilder();
        for (int i = 1; i <= MIGRATIONS; i++) {
            String migration = migration(i);
            Files.writeString(migrations.resolve("V%02d__table.sql".formatted(i)), migration);
            script.append("begin;\n").append(migration).append("commit;\n");
        }
        String names = IntStream.rangeClosed(1, SCHEMAS)
                .mapToObj("tenant_%03d"::formatted)
                .collect(Collectors.joining("\n"));
        return new FleetWorkload(
                project,
                Files.writeString(folder.resolve("script.sql"), script),
                Files.writeString(folder.resolve("schemas"), names + "\n"));
    }

    private static String migration(int number) {
        return """
                create table ${schema}.item_%1$d (
                  id bigint generated always as identity primary key,
                  parent_id bigint references ${schema}.item_%2$d (id),
                  name text not null,
                  created_at timestamptz not null default now()
                );
                create index item_%1$d_name_idx on ${schema}.item_%1$d (name, created_at);
                comment on table ${schema}.item_%1$d is 'Item number %1$d.';
                """.formatted(number, Math.max(1, number - 1));
    }
}
