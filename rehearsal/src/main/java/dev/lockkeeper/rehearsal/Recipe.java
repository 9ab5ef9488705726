package dev.lockkeeper.rehearsal;

import dev.lockkeeper.plan.Replayed;
import dev.lockkeeper.source.Script;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the database comes about that a history says there is.
 *
 * @param database its name, which scripts may mention
 * @param prelude what was there before
 * @param scripts in the order in which they ran
 * @param settings of the sessions of each user that decide where objects land and whose they are: search_path and role
 */
public record Recipe(
        String database, List<Script> prelude, List<Replayed> scripts, Map<String, Map<String, String>> settings) {
    public Recipe {
        prelude = List.copyOf(prelude);
        scripts = List.copyOf(scripts);
        settings = Map.copyOf(settings);
    }

    /**
     * A digest of everything that decides what comes of it.
     *
     * @param others what else decides: the version of the server, of Lockkeeper, of the queries
     */
    public String digest(String... others) {
        StringBuilder text = new StringBuilder();
        for (String other : others) {
            part(text, other);
        }
        part(text, database);
        prelude.forEach(script -> part(text, script.sentChecksum().value()));
        part(text, "scripts");
        for (Replayed one : scripts) {
            part(text, one.by());
            part(text, one.script().sentChecksum().value());
        }
        new TreeMap<>(settings).forEach((user, values) -> part(text, user + " " + new TreeMap<>(values)));
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(text.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** With its length, so that no two lists of parts look the same. */
    private static void part(StringBuilder text, String part) {
        text.append(part.length()).append(':').append(part);
    }
}
