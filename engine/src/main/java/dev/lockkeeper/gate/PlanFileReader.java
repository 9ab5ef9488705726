package dev.lockkeeper.gate;

import dev.lockkeeper.history.Direction;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.JsonFields;
import dev.lockkeeper.source.ScriptReader;
import dev.lockkeeper.trace.Traceparent;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads plan files. */
public final class PlanFileReader {
    private static final String FORM = "lockkeeper/plan-file/";

    private static final JsonFields.Form PLAN = new JsonFields.Form(
            Code.PLAN_FILE,
            "plan",
            "take the file as it was written, or make the plan again: lockkeeper plan --out FILE");

    private PlanFileReader() {}

    /**
     * Reads a file and makes sure that it is what was written.
     *
     * @throws LockkeeperException {@code plan-file} when it is not whole or of another form, {@code plan-altered} when it
     *     does not have the digest that it names, {@code file-unreadable}
     */
    public static PlanFile read(Path file) {
        return read(ScriptReader.display(file), ScriptReader.read(file));
    }

    /**
     * Reads the text of a file, as {@link #read(Path)} does.
     *
     * @param file its name, to be told
     */
    public static PlanFile read(String file, String text) {
        if (text.isBlank()) {
            throw PLAN.bad(file, "the file is empty").asException();
        }
        JsonFields fields = JsonFields.read(file, text, PLAN);
        String schema = fields.text("schema");
        if (!schema.equals(PlanFile.SCHEMA)) {
            throw fields.bad("the file is of the form " + schema + ", and " + PlanFile.SCHEMA + " is needed")
                    .because(schema.startsWith(FORM) ? "another version of Lockkeeper has written it" : null)
                    .asException();
        }
        String digest = fields.text("digest");
        PlanFile plan = new PlanFile(
                fields.text("tool"),
                fields.text("project"),
                fields.text("environment"),
                fields.text("maker"),
                fields.texts("authors"),
                instant(fields, "madeAt"),
                instant(fields, "expiresAt"),
                trace(fields),
                fields.objects("components").stream().map(PlanFileReader::part).toList());
        fields.end();
        if (plan.parts().isEmpty()) {
            throw fields.bad("the plan has no component").asException();
        }
        if (!plan.digest().equals(digest)) {
            throw Problem.of(Code.PLAN_ALTERED, "the plan was altered after it was written")
                    .at(Place.of(file))
                    .because("its content has the digest " + plan.digest() + ", and it names " + digest)
                    .help("take the file as it was written, or make the plan again: lockkeeper plan --out FILE")
                    .asException();
        }
        return plan;
    }

    private static @Nullable Traceparent trace(JsonFields fields) {
        if (!fields.has(PlanFile.TRACE)) {
            return null;
        }
        String text = fields.text(PlanFile.TRACE);
        return Traceparent.parse(text)
                .filter(trace -> trace.text().equals(text))
                .orElseThrow(() -> fields.bad("the field " + PlanFile.TRACE + " is no place in a trace: " + text)
                        .asException());
    }

    private static Instant instant(JsonFields fields, String name) {
        String text = fields.text(name);
        try {
            Instant instant = Instant.parse(text);
            if (instant.toString().equals(text)) {
                return instant;
            }
        } catch (DateTimeException e) {
            // reported below like a time in another form
        }
        throw fields.bad("the field " + name + " is not a time: " + text).asException();
    }

    private static PlanPart part(JsonFields fields) {
        JsonFields database = fields.object("database");
        Map<String, String> tokens = new TreeMap<>();
        for (JsonFields token : fields.objects("tokens")) {
            tokens.put(token.text("name"), token.text("digest"));
            token.end();
        }
        String direction = fields.text("direction");
        PlanPart part = new PlanPart(
                fields.text("component"),
                Stream.of(Direction.values())
                        .filter(d -> d.name().toLowerCase(Locale.ROOT).equals(direction))
                        .findFirst()
                        .orElseThrow(() ->
                                fields.bad("there is no direction " + direction).asException()),
                fields.textOrNull("to"),
                new DatabaseIdentity(
                        database.text("system"),
                        database.number("oid"),
                        database.text("name"),
                        database.count("major")),
                fields.text("history"),
                tokens,
                steps(fields));
        database.end();
        fields.end();
        return part;
    }

    private static List<PlannedStep> steps(JsonFields fields) {
        return fields.objects("steps").stream()
                .map(step -> {
                    PlannedStep read = new PlannedStep(
                            step.text("name"),
                            step.text("description"),
                            step.text("file"),
                            step.text("checksum"),
                            step.text("renderedChecksum"),
                            step.text("sentChecksum"),
                            step.number("entry"),
                            step.count("statements"),
                            step.text("manner"));
                    step.end();
                    return read;
                })
                .toList();
    }
}
