package dev.lockkeeper.audit;

import dev.lockkeeper.history.AuditedTable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One row of the audit table, every value as text.
 *
 * @param id its number among all rows; it is not part of the chain
 * @param seq its place in the chain, from 1 on; 0 for a row from before the chain
 * @param prev the hash of the entry before; empty for the first, null before the chain
 * @param hash as the row names it; null before the chain
 * @param at ISO 8601 in UTC to the microsecond
 * @param by the database user
 * @param actor user and machine by the word of the client; null when not known
 * @param target name and OID of the database and, where this may be asked, the system identifier of its server
 * @param component empty when it concerns the record as a whole
 * @param version null when it concerns no single step
 * @param reason null when nobody was asked
 * @param detail null when the payload says it
 * @param payload JSON, byte by byte as it is hashed; null when there is none
 */
public record ChainEntry(
        long id,
        long seq,
        @Nullable String prev,
        @Nullable String hash,
        String at,
        String by,
        @Nullable String actor,
        @Nullable String target,
        String component,
        @Nullable String version,
        String action,
        @Nullable String reason,
        @Nullable String detail,
        @Nullable String payload) {
    private static final String FORM = "lockkeeper audit 1\n";
    private static final int DIGITS = 12;
    private static final int LONGEST = 200;

    /** What the payload says, in a few words; empty when it says nothing that fits. */
    public Optional<String> summary() {
        Payload said = Payload.read(payload);
        if (said == null) {
            return Optional.of("its payload cannot be read");
        }
        if (action.equals("seed")) {
            return Optional.ofNullable(detail);
        }
        Optional<String> kept = kept(said);
        if (kept.isPresent()) {
            return kept;
        }
        String outcome = said.text("outcome");
        List<Payload> steps = said.objects("steps");
        if (outcome == null) {
            return steps.isEmpty()
                    ? Optional.empty()
                    : Optional.of(steps.size() + (steps.size() == 1 ? " step" : " steps") + " planned");
        }
        String code = said.object("failure").text("code");
        long rows = steps.stream()
                .mapToLong(step -> Math.max(0, step.number("rows")))
                .sum();
        long done =
                steps.stream().filter(step -> "done".equals(step.text("state"))).count();
        return Optional.of(outcome
                + (code == null ? "" : " (" + code + ")")
                + (steps.isEmpty() ? "" : ", " + done + (done == 1 ? " step" : " steps") + " done, " + rows + " rows"));
    }

    /** Who has said what of a plan: the database user has only kept it. */
    private static Optional<String> kept(Payload said) {
        for (Payload row : said.objects(AuditedTable.APPROVAL.key())) {
            return Optional.of("signed by " + row.text("principal") + ", " + plan(row.text("plan_digest")));
        }
        for (Payload row : said.objects(AuditedTable.PLAN_COMMENT.key())) {
            Payload comment = Payload.read(row.text("document"));
            return Optional.of("signed by " + row.text("principal")
                    + (comment == null ? "" : ", on " + comment.text("component") + " " + comment.text("step")) + ", "
                    + plan(row.text("plan_digest"))
                    + said(comment == null ? null : comment.text("text")));
        }
        for (Payload row : said.objects(AuditedTable.BREAK_GLASS.key())) {
            return Optional.of(plan(row.text("plan_digest")));
        }
        return Optional.empty();
    }

    /** What somebody asks or answers, as far as it fits into a line. */
    private static String said(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return "";
        }
        int end = text.offsetByCodePoints(0, Math.min(LONGEST, text.codePointCount(0, text.length())));
        return ": " + text.substring(0, end) + (end < text.length() ? "..." : "");
    }

    /** Enough of a digest to tell one plan from all others. */
    private static String plan(@Nullable String digest) {
        return "plan "
                + (digest == null
                        ? "not known"
                        : digest.substring(0, Math.min(digest.indexOf(':') + 1 + DIGITS, digest.length())));
    }

    /** The id of the trace of a run; empty for what is no run, and in entries from before there were traces. */
    public Optional<String> trace() {
        Payload said = Payload.read(payload);
        return Optional.ofNullable(said == null ? null : said.text("trace"));
    }

    /** Which run of which plan in which trace begins with it, in a few words; empty when none does. */
    public Optional<String> origin() {
        Payload said = Payload.read(payload);
        if (said == null || said.text("run") == null || said.text("plan") == null) {
            return Optional.empty();
        }
        return Optional.of("run " + said.text("run") + ", " + plan(said.text("plan"))
                + trace().map(id -> ", trace " + id).orElse(""));
    }

    /** The hash that its content has. */
    String computed() {
        return sha256(FORM
                + fields(
                        Long.toString(seq),
                        prev,
                        at,
                        by,
                        actor,
                        target,
                        component,
                        version,
                        action,
                        reason,
                        detail,
                        payload));
    }

    /** Its part of the text whose digest the first entry holds, for a row from before the chain. */
    String sealed() {
        return fields(Long.toString(id), at, by, component, version, action, reason, detail);
    }

    /** Each value with its length in bytes before it, so that no two lists of values give one text. */
    private static String fields(@Nullable String... values) {
        StringBuilder text = new StringBuilder();
        for (String value : values) {
            if (value == null) {
                text.append("-;");
            } else {
                text.append(value.getBytes(StandardCharsets.UTF_8).length)
                        .append(':')
                        .append(value)
                        .append(';');
            }
        }
        return text.toString();
    }

    static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
