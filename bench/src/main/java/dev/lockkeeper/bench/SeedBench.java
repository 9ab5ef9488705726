package dev.lockkeeper.bench;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** Generated rows beside psql that copies the same rows from a file, with indexes, a check and a foreign key. */
final class SeedBench {
    private static final int ROWS = 1_000_000;
    private static final String COLUMNS = "id, customer_id, at, state, pieces, total";

    private final EmbeddedPostgres server;
    private final Programs programs;
    private final Path project;
    private final Path rows;
    private final String template;

    SeedBench(Path folder, EmbeddedPostgres server, Programs programs) throws IOException, SQLException {
        this.server = server;
        this.programs = programs;
        this.project = Files.createDirectory(folder.resolve("project"));
        this.rows = folder.resolve("rows.copy");
        this.template = server.createDatabase();
        Files.writeString(project.resolve("lockkeeper.yaml"), """
                project: shop
                convention: flyway
                downs: optional
                seeds:
                  volume: {files: volume.yaml}
                """);
        Files.writeString(Files.createDirectory(project.resolve("migrations")).resolve("V1__shop.sql"), "select 1;\n");
        Files.writeString(project.resolve("volume.yaml"), """
                volume:
                  tables:
                    - table: public.orders
                      rows: %d
                      parents: [{table: public.customers, columns: {customer_id: id}, skew: 1.1}]
                      columns:
                        id: {uuid: random}
                        at: {time: {from: 2026-01-01, to: 2026-02-01, rhythm: weekly}}
                        state: {choice: {new: 1, paid: 2, sent: 7}}
                        pieces: {normal: {mean: 3, deviation: 2, least: 1, most: 20}}
                        total: {expression: "pieces * 12.5 + 4"}
                """.formatted(ROWS));
        try (Session session = Session.over(server.connect(template))) {
            session.execute("""
                    create table public.customers (id bigint primary key);
                    create table public.orders (id uuid primary key, customer_id bigint not null references public.customers (id),
                      at timestamptz not null, state text not null, pieces int not null check (pieces > 0), total numeric(10,2) not null);
                    create index on public.orders (customer_id, at);
                    insert into public.customers select generate_series(1, 1000)
                    """);
        }
    }

    void run(int rounds, List<String> javas, Path folder, Report report) throws IOException, InterruptedException {
        Program first = seed(javas.get(0));
        first.run(folder);
        String made = Objects.requireNonNull(first.environment().get("PGDATABASE"));
        psql("psql", made, "\\copy public.orders (" + COLUMNS + ") to '" + rows + "'")
                .run(folder);
        server.dropDatabase(made);
        String section = ROWS + " rows with a primary key, an index, a check and a foreign key";
        for (int round = 0; round < rounds; round++) {
            List<Program> all = new ArrayList<>();
            all.add(psql(
                    "psql \\copy from a file",
                    server.createDatabase(template),
                    "\\copy public.orders (" + COLUMNS + ") from '" + rows + "'"));
            javas.forEach(java -> all.add(seed(java)));
            Collections.rotate(all, round);
            for (Program program : all) {
                report.add(section, program.name(), program.run(folder));
                server.dropDatabase(Objects.requireNonNull(program.environment().get("PGDATABASE")));
            }
        }
    }

    private Program psql(String name, String database, String command) {
        return Programs.psql(name, server, database, "-c", command);
    }

    private Program seed(String java) {
        return programs.lockkeeper(
                "lockkeeper seed, ", java, server, server.createDatabase(template), project, "seed", "volume");
    }
}
