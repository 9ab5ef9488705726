package dev.lockkeeper.gate;

import dev.lockkeeper.trace.Traceparent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A plan as a document: what shall run, where, and on what it rests. It holds no value of a token.
 *
 * @param tool the version of Lockkeeper
 * @param project its name
 * @param environment for which it was made
 * @param maker who has made it, by their own word
 * @param authors who has committed the scripts last, in lower case and sorted; empty without a repository
 * @param madeAt by the clock of the server
 * @param expiresAt from when on it is refused, by the clock of the server
 * @param trace where in a trace it was made, see {@link dev.lockkeeper.trace.Traceparent}; null in files from before there was one
 * @param parts of the components with something to do, in their order; at least one
 */
public record PlanFile(
        String tool,
        String project,
        String environment,
        String maker,
        List<String> authors,
        Instant madeAt,
        Instant expiresAt,
        @Nullable Traceparent trace,
        List<PlanPart> parts) {
    /** The name and version of its form. */
    public static final String SCHEMA = "lockkeeper/plan-file/v1";

    /** The field of a document that says where in a trace it was made. */
    static final String TRACE = "traceparent";

    public PlanFile {
        authors = List.copyOf(authors);
        parts = List.copyOf(parts);
    }

    /** What approvals name: over everything that the document says. */
    public String digest() {
        PlanDigest digest = new PlanDigest()
                .add(SCHEMA, tool, project, environment, maker)
                .add(authors.size())
                .add(authors.toArray(String[]::new))
                .add(madeAt.toString(), expiresAt.toString());
        if (trace != null) {
            digest.add("trace", trace.text());
        }
        digest.add(parts.size());
        for (PlanPart part : parts) {
            add(digest, part);
        }
        return digest.value();
    }

    private static void add(PlanDigest digest, PlanPart part) {
        DatabaseIdentity database = part.database();
        @Nullable String to = part.to();
        digest.add(part.component(), part.direction().name(), to == null ? "" : "to " + to)
                .add(database.system(), database.name())
                .add(database.oid())
                .add(database.major())
                .add(part.history())
                .add(part.tokens().size());
        part.tokens().forEach((name, value) -> digest.add(name, value));
        digest.add(part.steps().size());
        for (PlannedStep step : part.steps()) {
            digest.add(step.name(), step.description(), step.file(), step.checksum(), step.rendered(), step.sent())
                    .add(step.manner())
                    .add(step.entry())
                    .add(step.statements());
        }
    }

    /**
     * Who may not approve it: who has made it, and who has committed its scripts.
     *
     * @param committers by what the repository says now, beside what the plan says
     */
    public List<String> involved(Collection<String> committers) {
        List<String> involved = new ArrayList<>(authors);
        involved.addAll(committers);
        involved.add(maker);
        return involved;
    }

    /** What an approver signs: the digest, as a line. */
    static byte[] message(String digest) {
        return (digest + "\n").getBytes(StandardCharsets.UTF_8);
    }

    Optional<PlanPart> part(String component) {
        return parts.stream().filter(p -> p.component().equals(component)).findFirst();
    }
}
