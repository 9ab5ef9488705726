package dev.lockkeeper.stewardship.erasure;

import dev.lockkeeper.gate.NewFile;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.source.Checksum;
import dev.lockkeeper.source.JsonFields;
import dev.lockkeeper.source.ScriptReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The file of a plan, which a second person approves. Its digest is that of its text, so whoever changes it loses the approval. It
 * holds nothing of the person but the keyed hash.
 *
 * @param maker who has made it, as a signature beside the file shows
 * @param rules SHA-256 of the classification file
 * @param databases what is done in each, in their order
 */
public record ErasureFile(
        String digest,
        String project,
        String environment,
        String request,
        String person,
        String maker,
        String rules,
        List<Work> databases) {
    /** The form of the file. */
    public static final String SCHEMA = "lockkeeper/erasure-plan/v1";

    private static final JsonFields.Form FORM = new JsonFields.Form(
            Code.PLAN_FILE,
            "plan",
            "take the file as it was written, or make the plan again: lockkeeper erase plan --out FILE");

    public ErasureFile {
        databases = List.copyOf(databases);
    }

    /** What is done in one database: table, way, and the reason of what stays; rows are told and may change until it is done. */
    public record Work(String database, List<Line> lines, List<String> refreshed) {
        public Work {
            lines = List.copyOf(lines);
            refreshed = List.copyOf(refreshed);
        }

        /** Of a plan. */
        public static Work of(String database, ErasurePlan plan) {
            return new Work(
                    database,
                    plan.parts().stream()
                            .map(part -> new Line(
                                    part.table(),
                                    part.way().name().toLowerCase(Locale.ROOT),
                                    part.rows(),
                                    part.why() == null ? "" : part.why()))
                            .toList(),
                    plan.refreshed().stream().map(Object::toString).toList());
        }

        /** Whether the same is done to the same tables. */
        boolean isAlike(Work other) {
            return database.equals(other.database)
                    && refreshed.equals(other.refreshed)
                    && lines.stream()
                            .map(line -> line.with(0))
                            .toList()
                            .equals(other.lines.stream()
                                    .map(line -> line.with(0))
                                    .toList());
        }
    }

    /** What is done to the rows of one table. */
    public record Line(String table, String way, long rows, String why) {
        Line with(long counted) {
            return new Line(table, way, counted, why);
        }
    }

    /** A plan that is not written yet. */
    public static ErasureFile of(
            String project, String environment, Request request, String maker, String rules, List<Work> databases) {
        ErasureFile file =
                new ErasureFile("", project, environment, request.id(), request.person(), maker, rules, databases);
        return new ErasureFile(
                Checksum.of(file.text()).toString(),
                project,
                environment,
                request.id(),
                request.person(),
                maker,
                rules,
                databases);
    }

    /** What stands in the file, of which the digest is made. */
    private String text() {
        return Json.object(
                        SCHEMA,
                        json -> json.put("project", project)
                                .put("environment", environment)
                                .put("request", request)
                                .put("person", person)
                                .put("maker", maker)
                                .put("rules", rules)
                                .array("databases", databases, ErasureFile::work))
                + "\n";
    }

    /**
     * Writes a file that is not there yet.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code file-exists}, {@code file-unreadable}
     */
    public void write(Path file) {
        NewFile.write(file, text());
    }

    /** What is done in a database, as JSON. */
    public static void work(Json json, Work work) {
        json.put("database", work.database())
                .array(
                        "tables",
                        work.lines(),
                        (j, line) -> j.put("table", line.table())
                                .put("way", line.way())
                                .put("rows", line.rows())
                                .put("why", line.why()))
                .texts("refreshed", work.refreshed());
    }

    /**
     * Reads a file.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code plan-file}, {@code file-unreadable}
     */
    public static ErasureFile read(Path file) {
        String shown = ScriptReader.display(file);
        String text = ScriptReader.read(file);
        JsonFields fields = JsonFields.read(shown, text, FORM);
        if (!fields.text("schema").equals(SCHEMA)) {
            throw Problem.of(Code.PLAN_FILE, "this is no plan to forget a person")
                    .at(Place.of(shown))
                    .help("lockkeeper erase plan --out FILE writes one")
                    .asException();
        }
        return new ErasureFile(
                Checksum.of(text).toString(),
                fields.text("project"),
                fields.text("environment"),
                fields.text("request"),
                fields.text("person"),
                fields.text("maker"),
                fields.text("rules"),
                fields.objects("databases").stream()
                        .map(one -> new Work(
                                one.text("database"),
                                one.objects("tables").stream()
                                        .map(line -> new Line(
                                                line.text("table"),
                                                line.text("way"),
                                                line.number("rows"),
                                                line.text("why")))
                                        .toList(),
                                one.texts("refreshed")))
                        .toList());
    }

    /**
     * Makes sure that what would be done now is what the file says.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code erasure-refused}
     */
    public void requireAlike(String rulesNow, List<Work> now) {
        boolean alike = rules.equals(rulesNow) && now.size() == databases.size();
        for (int i = 0; alike && i < now.size(); i++) {
            alike = now.get(i).isAlike(databases.get(i));
        }
        if (!alike) {
            throw Problem.of(Code.ERASURE_REFUSED, "what would be done now is not what the plan says")
                    .because("the classification file, the tables or the databases have changed since it was made")
                    .help("make another plan, and have it approved: lockkeeper erase plan")
                    .note("kept: everything")
                    .asException();
        }
    }

    /** The problem of a file that is of another project or person. */
    public static Problem foreign(String what) {
        return Problem.of(Code.ERASURE_REFUSED, what).note("kept: everything");
    }
}
