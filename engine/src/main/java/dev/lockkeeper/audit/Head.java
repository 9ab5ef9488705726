package dev.lockkeeper.audit;

import dev.lockkeeper.gate.AllowedSigners;
import dev.lockkeeper.gate.Signed;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.ScriptReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The last entry of a chain: whoever keeps it elsewhere can tell later whether everything before is still what it was.
 *
 * @param record the name that the record got when its chain began
 * @param target the database of that entry, see {@link ChainEntry}
 * @param seq the number of the entry
 * @param hash of the entry
 * @param at when it was made, ISO 8601 in UTC
 */
public record Head(String record, String target, long seq, String hash, String at) {
    /** The name of the form of the file. */
    public static final String SCHEMA = "lockkeeper/audit-head-file/v1";

    /** One line of JSON, always the same for the same entry. */
    public String text() {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
            out.writeStartObject();
            out.writeStringProperty("schema", SCHEMA);
            out.writeStringProperty("record", record);
            out.writeStringProperty("target", target);
            out.writeNumberProperty("seq", seq);
            out.writeStringProperty("hash", hash);
            out.writeStringProperty("at", at);
            out.writeEndObject();
        }
        return text + "\n";
    }

    /**
     * Reads a file, and judges the signature beside it.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code audit-unknown} when it is no head or its signature does not count,
     *     {@code file-unreadable}
     */
    public static Kept read(Path file, AllowedSigners signers, Instant now) {
        String text = ScriptReader.read(file);
        Place place = Place.of(ScriptReader.display(file));
        Payload fields = Payload.read(text);
        Signed signed = Signed.of(file, text, signers, now);
        if (signed instanceof Signed.Refused refused) {
            throw Problem.of(Code.AUDIT_UNKNOWN, "the head is not to be trusted: " + refused.reason())
                    .at(place)
                    .help("take a head that one of the allowed signers has signed for the namespace lockkeeper-audit")
                    .asException();
        }
        Head head = fields == null
                ? null
                : new Head(
                        String.valueOf(fields.text("record")),
                        String.valueOf(fields.text("target")),
                        fields.number("seq"),
                        String.valueOf(fields.text("hash")),
                        String.valueOf(fields.text("at")));
        if (fields == null
                || head == null
                || !SCHEMA.equals(fields.text("schema"))
                || head.seq() < 1
                || !head.text().equals(text)) {
            throw Problem.of(Code.AUDIT_UNKNOWN, "the file is not a head of an audit chain")
                    .at(place)
                    .help("lockkeeper audit head --out FILE writes one")
                    .asException();
        }
        return new Kept(head, signed instanceof Signed.By by ? by.names().get(0) : "");
    }

    /**
     * A head that somebody has kept.
     *
     * @param signer who has signed it; empty when nobody has
     */
    public record Kept(Head head, String signer) {}
}
