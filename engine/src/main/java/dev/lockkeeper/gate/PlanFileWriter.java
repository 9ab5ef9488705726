package dev.lockkeeper.gate;

import dev.lockkeeper.trace.Traceparent;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;

/** Writes plan files, a line for each field, so that two of them can be compared. */
public final class PlanFileWriter {
    private PlanFileWriter() {}

    /**
     * Writes a file that is not there yet.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code file-exists}, {@code file-unreadable} when it cannot be
     *     written; nothing is left of it then
     */
    public static void write(Path file, PlanFile plan) {
        NewFile.write(file, text(plan));
    }

    static String text(PlanFile plan) {
        StringWriter text = new StringWriter();
        PrettyPrinter lines = new DefaultPrettyPrinter()
                .withArrayIndenter(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE.withLinefeed("\n"))
                .withObjectIndenter(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE.withLinefeed("\n"));
        ObjectWriteContext pretty = new ObjectWriteContext.Base() {
            @Override
            public PrettyPrinter getPrettyPrinter() {
                return lines;
            }
        };
        try (JsonGenerator out = new JsonFactory().createGenerator(pretty, text)) {
            out.writeStartObject();
            out.writeStringProperty("schema", PlanFile.SCHEMA);
            out.writeStringProperty("digest", plan.digest());
            out.writeStringProperty("tool", plan.tool());
            out.writeStringProperty("project", plan.project());
            out.writeStringProperty("environment", plan.environment());
            out.writeStringProperty("maker", plan.maker());
            out.writeArrayPropertyStart("authors");
            plan.authors().forEach(out::writeString);
            out.writeEndArray();
            out.writeStringProperty("madeAt", plan.madeAt().toString());
            out.writeStringProperty("expiresAt", plan.expiresAt().toString());
            Traceparent trace = plan.trace();
            if (trace != null) {
                out.writeStringProperty(PlanFile.TRACE, trace.text());
            }
            out.writeArrayPropertyStart("components");
            plan.parts().forEach(part -> part(out, part));
            out.writeEndArray();
            out.writeEndObject();
        }
        return text + "\n";
    }

    private static void part(JsonGenerator out, PlanPart part) {
        out.writeStartObject();
        out.writeStringProperty("component", part.component());
        out.writeStringProperty("direction", part.direction().name().toLowerCase(Locale.ROOT));
        out.writeStringProperty("to", part.to());
        out.writeObjectPropertyStart("database");
        out.writeStringProperty("system", part.database().system());
        out.writeNumberProperty("oid", part.database().oid());
        out.writeStringProperty("name", part.database().name());
        out.writeNumberProperty("major", part.database().major());
        out.writeEndObject();
        out.writeStringProperty("history", part.history());
        out.writeArrayPropertyStart("tokens");
        for (Map.Entry<String, String> token : part.tokens().entrySet()) {
            out.writeStartObject();
            out.writeStringProperty("name", token.getKey());
            out.writeStringProperty("digest", token.getValue());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeArrayPropertyStart("steps");
        part.steps().forEach(step -> step(out, step));
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void step(JsonGenerator out, PlannedStep step) {
        out.writeStartObject();
        out.writeStringProperty("name", step.name());
        out.writeStringProperty("description", step.description());
        out.writeStringProperty("file", step.file());
        out.writeStringProperty("checksum", step.checksum());
        out.writeStringProperty("renderedChecksum", step.rendered());
        out.writeStringProperty("sentChecksum", step.sent());
        out.writeNumberProperty("entry", step.entry());
        out.writeNumberProperty("statements", step.statements());
        out.writeStringProperty("manner", step.manner());
        out.writeEndObject();
    }
}
