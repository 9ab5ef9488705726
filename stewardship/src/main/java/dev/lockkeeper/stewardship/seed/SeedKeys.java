package dev.lockkeeper.stewardship.seed;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Checksum;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** The keys that environment variables hold. What is made with them leaves this class, they never do. */
final class SeedKeys {
    private final Map<String, String> variables;

    private SeedKeys(Map<String, String> variables) {
        this.variables = variables;
    }

    /**
     * Takes the keys that the cells of files need.
     *
     * @param environment of the process
     * @throws LockkeeperException {@code seed-key-missing} for all that are not set, each where it is needed first
     */
    static SeedKeys of(List<SeedFile> files, Map<String, String> environment) {
        Map<String, Cell> needed = new LinkedHashMap<>();
        for (SeedFile file : files) {
            if (file instanceof SeedFile.Rows rows) {
                rows.sets()
                        .forEach(set -> set.lines()
                                .forEach(line -> line.cells().values().forEach(cell -> collect(cell, needed))));
            }
        }
        List<Problem> missing = new ArrayList<>();
        Map<String, String> taken = new LinkedHashMap<>();
        needed.forEach((variable, cell) -> {
            String value = environment.getOrDefault(variable, "");
            if (value.isEmpty()) {
                missing.add(Problem.of(Code.SEED_KEY_MISSING, "the environment variable " + variable + " is not set")
                        .at(cell.place())
                        .because("it holds the key with which values of this package are hashed")
                        .help("set " + variable + " for this command, from where your secrets are kept")
                        .note("kept: everything as it was"));
            } else {
                taken.put(variable, value);
            }
        });
        if (!missing.isEmpty()) {
            throw new LockkeeperException(missing);
        }
        return new SeedKeys(taken);
    }

    private static void collect(Cell cell, Map<String, Cell> needed) {
        if (cell instanceof Cell.Keyed keyed) {
            needed.putIfAbsent(keyed.variable(), cell);
        } else if (cell instanceof Cell.Hashed hashed) {
            needed.putIfAbsent(hashed.variable(), cell);
        } else if (cell instanceof Cell.Found found) {
            found.by().values().forEach(part -> collect(part, needed));
        }
    }

    /** HMAC-SHA256 (RFC 2104) of a text in UTF-8. */
    byte[] hmac(String variable, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(bytes(value(variable)), "HmacSHA256"));
            return mac.doFinal(bytes(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    /** SHA-256 of a secret, or of it, a space and a label. */
    byte[] sha256(String variable, @Nullable String label) {
        return digest(value(variable) + (label == null ? "" : " " + label));
    }

    static byte[] digest(String text) {
        return Checksum.digest().digest(bytes(text));
    }

    private String value(String variable) {
        String value = variables.get(variable);
        if (value == null) {
            throw new IllegalStateException("no key was taken for " + variable);
        }
        return value;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
