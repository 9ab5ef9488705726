package dev.lockkeeper.checklist;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.source.JsonFields;
import dev.lockkeeper.trace.Traceparent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One line of the log of a checklist: what somebody did, when, and with which result. Each holds the hash of the line before.
 *
 * @param seq counts from 1
 * @param prev the hash of the line before; empty for the first
 * @param at by the clock of the machine
 * @param by who did it, by their own word
 * @param actor user of the operating system and machine; null when not known
 * @param step its id; empty for what concerns the checklist as a whole
 * @param text the reason, or a note; empty when nobody gave one
 * @param result what a command came to; null for what is no end of one
 * @param checklist all of it; null but for the first line
 * @param origin where in a trace the checklist was begun; null but for the first line, and where that has none
 */
public record Entry(
        long seq,
        String prev,
        Instant at,
        String by,
        @Nullable String actor,
        What what,
        String step,
        String text,
        @Nullable Result result,
        @Nullable Checklist checklist,
        @Nullable Traceparent origin) {
    private static final String TOKENS = "tokens";
    private static final String TRACEPARENT = "traceparent";

    /** What somebody did. */
    public enum What {
        /** Began the checklist. */
        START,
        /** Began the command of a step. */
        RUN,
        /** The command has ended. */
        END,
        /** Said that a step is done. */
        DONE,
        /** Left a step out. */
        SKIP,
        /** Ended the checklist, or called it off. */
        FINISH;

        /** Its word in the log. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What a command came to.
     *
     * @param exit its exit code; -1 when it could not be run or has not left what it should, -2 when a signal has ended it
     * @param sha256 of its standard output
     * @param bytes how long that was
     * @param tail the last lines that it said, without passwords
     * @param kept files that it has left
     */
    public record Result(int exit, String sha256, long bytes, List<String> tail, List<Kept> kept) {
        public Result {
            tail = List.copyOf(tail);
            kept = List.copyOf(kept);
        }
    }

    /** A file, with what it held then. */
    public record Kept(String file, String sha256) {}

    /** SHA-256 in hexadecimal digits. */
    static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Over everything that the line says before it. */
    public String hash() {
        return sha256(body().getBytes(StandardCharsets.UTF_8));
    }

    /** The line, without its end. */
    String line() {
        String body = body();
        return body.substring(0, body.length() - 1) + ",\"hash\":\"" + sha256(body.getBytes(StandardCharsets.UTF_8))
                + "\"}";
    }

    private String body() {
        return Json.document(json -> {
            json.put("seq", seq)
                    .put("prev", prev)
                    .put("at", at.toString())
                    .put("by", by)
                    .put("actor", actor)
                    .put("what", what.key())
                    .put("step", step)
                    .put("text", text)
                    .objectOrNull(
                            "result",
                            result,
                            (j, r) -> j.put("exit", r.exit())
                                    .put("sha256", r.sha256())
                                    .put("bytes", r.bytes())
                                    .texts("tail", r.tail())
                                    .array(
                                            "kept",
                                            r.kept(),
                                            (k, kept) ->
                                                    k.put("file", kept.file()).put("sha256", kept.sha256())))
                    .objectOrNull("checklist", checklist, Entry::write);
            // in lines of before there were traces it is not
            if (origin != null) {
                json.put(TRACEPARENT, origin.text());
            }
        });
    }

    private static void write(Json json, Checklist checklist) {
        json.put("title", checklist.title());
        if (!checklist.tokens().isEmpty()) {
            json.array(
                    TOKENS,
                    checklist.tokens().entrySet(),
                    (j, token) -> j.put("name", token.getKey()).put("value", token.getValue()));
        }
        json.array(
                "steps",
                checklist.steps(),
                (j, step) -> j.put("id", step.id())
                        .put("phase", step.phase())
                        .put("text", step.text())
                        .texts("command", step.command())
                        .put("out", step.out())
                        .texts("keep", step.keep())
                        .put("confirm", step.confirm())
                        .put("required", step.required())
                        .texts("after", step.after()));
    }

    /**
     * Reads a line.
     *
     * @param file its name, to be told
     * @throws LockkeeperException {@code checklist-altered} when it is not as it was written
     */
    static Entry read(String file, String line) {
        JsonFields fields = JsonFields.read(
                file,
                line,
                new JsonFields.Form(
                        Code.CHECKLIST_ALTERED, "line of a checklist", "restore the file from version control"));
        JsonFields result = fields.objectOrNull("result");
        JsonFields checklist = fields.objectOrNull("checklist");
        return new Entry(
                fields.number("seq"),
                fields.text("prev"),
                instant(fields),
                fields.text("by"),
                fields.textOrNull("actor"),
                what(fields),
                fields.text("step"),
                fields.text("text"),
                result == null ? null : result(result),
                checklist == null ? null : checklist(checklist),
                fields.has(TRACEPARENT) ? origin(fields) : null);
    }

    private static Traceparent origin(JsonFields fields) {
        return Traceparent.parse(fields.text(TRACEPARENT))
                .orElseThrow(() -> fields.bad("the field traceparent is no place in a trace")
                        .asException());
    }

    private static Instant instant(JsonFields fields) {
        String text = fields.text("at");
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw fields.bad("the field at is not a time").asException(e);
        }
    }

    private static What what(JsonFields fields) {
        String text = fields.text("what");
        return Stream.of(What.values())
                .filter(what -> what.key().equals(text))
                .findFirst()
                .orElseThrow(
                        () -> fields.bad("nobody writes such a line: " + text).asException());
    }

    private static Result result(JsonFields fields) {
        return new Result(
                (int) fields.number("exit"),
                fields.text("sha256"),
                fields.number("bytes"),
                fields.texts("tail"),
                fields.objects("kept").stream()
                        .map(kept -> new Kept(kept.text("file"), kept.text("sha256")))
                        .toList());
    }

    private static Checklist checklist(JsonFields fields) {
        Map<String, String> tokens = new LinkedHashMap<>();
        if (fields.has(TOKENS)) {
            fields.objects(TOKENS).forEach(token -> tokens.put(token.text("name"), token.text("value")));
        }
        return new Checklist(
                fields.text("title"),
                tokens,
                fields.objects("steps").stream()
                        .map(step -> new Checklist.Step(
                                step.text("id"),
                                step.text("phase"),
                                step.text("text"),
                                step.texts("command"),
                                step.text("out"),
                                step.texts("keep"),
                                step.flag("confirm"),
                                step.flag("required"),
                                step.texts("after")))
                        .toList());
    }
}
