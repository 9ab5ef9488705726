package dev.lockkeeper.gate;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.source.ScriptReader;
import java.nio.file.Path;
import java.util.List;

/**
 * A signature that is put forward as an approval.
 *
 * @param source where it was found: a file, or the record in the database
 * @param armored its text
 */
public record Approval(String source, String armored) {
    private static final String ENDING = ".sig";

    /**
     * The signatures that lie beside a plan file: files whose names begin with its own and end with {@code .sig}.
     *
     * @throws LockkeeperException {@code file-unreadable}
     */
    public static List<Approval> beside(Path plan) {
        return Beside.files(plan, ENDING).stream()
                .map(file -> new Approval(ScriptReader.display(file), Beside.read(file, Code.FILE_UNREADABLE)))
                .toList();
    }

    /** Where an approval is written that a person gives. */
    static Path file(Path plan, String principal) {
        return Beside.file(plan, principal, ENDING);
    }
}
