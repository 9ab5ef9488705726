package dev.lockkeeper.bench;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** The same migrations in many schemas: a fleet beside loops over psql. */
final class FleetBench {
    private static final String PSQL = "psql -X -q -v ON_ERROR_STOP=1";
    private static final String RENDER = "sed \"s/[$]{schema}/$s/g\" ";

    private final FleetWorkload workload;
    private final EmbeddedPostgres server;
    private final Programs programs;
    private final String template;

    FleetBench(FleetWorkload workload, EmbeddedPostgres server, Programs programs) throws SQLException {
        this.workload = workload;
        this.server = server;
        this.programs = programs;
        this.template = server.createDatabase();
        try (Session session = Session.over(server.connect(template))) {
            for (int i = 1; i <= FleetWorkload.SCHEMAS; i++) {
                session.execute("create schema tenant_%03d".formatted(i));
            }
        }
    }

    void run(int rounds, List<String> javas, Path folder, Report report) throws IOException, InterruptedException {
        String section =
                FleetWorkload.MIGRATIONS + " migrations in each of " + FleetWorkload.SCHEMAS + " schemas, fast server";
        String again = "fleet apply with nothing to do, " + FleetWorkload.SCHEMAS + " schemas with "
                + FleetWorkload.MIGRATIONS + " applied";
        for (int round = 0; round < rounds; round++) {
            List<Program> all = appliers(javas);
            Collections.rotate(all, round);
            for (Program program : all) {
                String database = Objects.requireNonNull(program.environment().get("PGDATABASE"));
                report.add(section, program.name(), program.run(folder));
                if (program.command().contains("fleet") && !program.command().contains("1")) {
                    report.add(again, program.name(), program.run(folder));
                }
                server.dropDatabase(database);
            }
        }
    }

    /** Each with a copy of the empty schemas. */
    private List<Program> appliers(List<String> javas) {
        List<Program> all = new ArrayList<>();
        String script = workload.script().toString();
        all.add(loop(
                "psql, a session for each schema",
                "while read -r s; do " + RENDER + script + " | " + PSQL + "; done <\"$0\""));
        all.add(loop(
                "psql, a session for each schema, 4 at once",
                "xargs -P 4 -I{} sh -c 's={}; " + RENDER + script + " | " + PSQL + "' <\"$0\""));
        all.add(loop(
                "psql, started for each schema and file",
                "while read -r s; do for f in " + workload.project() + "/migrations/*.sql; do " + RENDER + "\"$f\" | "
                        + PSQL + " -1; done; done <\"$0\""));
        for (String java : javas) {
            all.add(fleet("lockkeeper fleet, one at a time, ", java, "1"));
            all.add(fleet("lockkeeper fleet, 4 at once, ", java, "4"));
        }
        return all;
    }

    private Program loop(String name, String loop) {
        return new Program(
                name,
                List.of(
                        "bash",
                        "-ec",
                        "set -o pipefail; " + loop,
                        workload.schemas().toString()),
                Programs.connection(server, server.createDatabase(template)));
    }

    private Program fleet(String name, String java, String parallel) {
        return programs.lockkeeper(
                name,
                java,
                server,
                server.createDatabase(template),
                workload.project(),
                "fleet",
                "apply",
                "tenants",
                "--parallel",
                parallel);
    }
}
