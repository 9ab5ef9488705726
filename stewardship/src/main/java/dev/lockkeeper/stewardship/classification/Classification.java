package dev.lockkeeper.stewardship.classification;

import dev.lockkeeper.catalog.model.ObjectName;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A classification file.
 *
 * @param file as people name it
 * @param digest SHA-256 of its text, as {@code sha256-lf:HEX}
 * @param keyVariable the environment variable with the key of the hashes that stand for persons
 * @param deadline within how many days a person is forgotten
 * @param subjects by their names
 * @param tables by their names, in the order of the file
 */
public record Classification(
        String file,
        String digest,
        String keyVariable,
        int deadline,
        Map<DataClass, Demands> demands,
        Map<String, Subject> subjects,
        Map<ObjectName, TableEntry> tables) {
    /** The variable of the key, unless the file names another one. */
    public static final String KEY_VARIABLE = "LOCKKEEPER_ERASURE_KEY";

    /** A month, by the GDPR, article 12(3). */
    static final int DEADLINE = 30;

    public Classification {
        demands = Collections.unmodifiableMap(new EnumMap<>(demands));
        subjects = Collections.unmodifiableMap(new LinkedHashMap<>(subjects));
        tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
    }

    /**
     * Reads a file.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code file-unreadable}; {@code classification-file} with all that is wrong
     *     with it
     */
    public static Classification read(Path file) {
        return ClassificationReader.read(file);
    }

    /** What is said of a table or view. */
    public Optional<TableEntry> table(ObjectName name) {
        return Optional.ofNullable(tables.get(name));
    }

    /** What is asked of a class. */
    public Demands of(DataClass level) {
        return demands.getOrDefault(level, Demands.usual(level));
    }
}
