package dev.lockkeeper.audit;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.ScriptReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Entries of a chain as lines of JSON: the first says what follows, then come the rows from before the chain, then its entries. The
 * same entries always give the same text.
 *
 * @param record the name of the record; empty when the first entry is not at hand
 */
record ChainFile(String record, List<ChainEntry> before, List<ChainEntry> entries) {
    private static final String SCHEMA = "lockkeeper/audit-chain/v1";

    String text() {
        StringBuilder text = new StringBuilder(line(out -> {
            out.writeStringProperty("schema", SCHEMA);
            out.writeStringProperty("record", record);
            out.writeNumberProperty("before", before.size());
            out.writeNumberProperty("entries", entries.size());
            out.writeNumberProperty(
                    "from", entries.isEmpty() ? 0 : entries.get(0).seq());
            out.writeNumberProperty(
                    "to",
                    entries.isEmpty() ? 0 : entries.get(entries.size() - 1).seq());
        }));
        Stream.concat(before.stream(), entries.stream()).forEach(entry -> text.append(line(out -> entry(out, entry))));
        return text.toString();
    }

    private interface Fields {
        void write(JsonGenerator out);
    }

    private static String line(Fields fields) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
            out.writeStartObject();
            fields.write(out);
            out.writeEndObject();
        }
        return text + "\n";
    }

    private static void entry(JsonGenerator out, ChainEntry entry) {
        out.writeNumberProperty("id", entry.id());
        out.writeNumberProperty("seq", entry.seq());
        out.writeStringProperty("prev_hash", entry.prev());
        out.writeStringProperty("hash", entry.hash());
        out.writeStringProperty("done_at", entry.at());
        out.writeStringProperty("done_by", entry.by());
        out.writeStringProperty("actor", entry.actor());
        out.writeStringProperty("target", entry.target());
        out.writeStringProperty("component", entry.component());
        out.writeStringProperty("version", entry.version());
        out.writeStringProperty("action", entry.action());
        out.writeStringProperty("reason", entry.reason());
        out.writeStringProperty("detail", entry.detail());
        out.writeStringProperty("payload", entry.payload());
    }

    /** @throws dev.lockkeeper.problem.LockkeeperException {@code audit-unknown}, {@code file-unreadable} */
    static ChainFile read(Path file) {
        String shown = ScriptReader.display(file);
        List<String> lines = ScriptReader.read(file).lines().toList();
        Payload first = lines.isEmpty() ? null : Payload.read(lines.get(0));
        if (first == null || !SCHEMA.equals(first.text("schema"))) {
            throw bad(shown, 1, "the file is not of the form " + SCHEMA).asException();
        }
        long expected = first.number("before") + first.number("entries");
        if (lines.size() - 1 != expected) {
            throw bad(
                            shown,
                            lines.size(),
                            "the file has " + (lines.size() - 1) + " entries, and its first line says " + expected)
                    .because("it was cut off, or lines were taken out or put in")
                    .asException();
        }
        List<ChainEntry> before = new ArrayList<>();
        List<ChainEntry> entries = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            Payload line = Payload.read(lines.get(i));
            if (line == null || line.number("id") < 0 || line.number("seq") < 0) {
                throw bad(shown, i + 1, "the line is not an entry").asException();
            }
            ChainEntry entry = entry(line);
            (entry.seq() == 0 ? before : entries).add(entry);
        }
        return new ChainFile(text(first, "record"), before, entries);
    }

    private static ChainEntry entry(Payload line) {
        return new ChainEntry(
                line.number("id"),
                line.number("seq"),
                line.text("prev_hash"),
                line.text("hash"),
                text(line, "done_at"),
                text(line, "done_by"),
                line.text("actor"),
                line.text("target"),
                text(line, "component"),
                line.text("version"),
                text(line, "action"),
                line.text("reason"),
                line.text("detail"),
                line.text("payload"));
    }

    private static String text(Payload line, String name) {
        @Nullable String text = line.text(name);
        return text == null ? "" : text;
    }

    private static Problem bad(String file, int line, String message) {
        return Problem.of(Code.AUDIT_UNKNOWN, message)
                .at(new Place(file, line, 1, null))
                .help("take the file as lockkeeper audit export or audit archive has written it");
    }
}
