package dev.lockkeeper.cli;

import dev.lockkeeper.describe.page.MadeFile;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.source.ScriptReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/**
 * Files that are made anew whenever somebody asks, each as a whole or not at all.
 *
 * @param files what is to be in them
 * @param mark what stands in the first lines of each: a file without it is somebody else's
 */
record GeneratedFiles(SortedMap<Path, String> files, String mark) {
    private static final int HEAD = 4_000;

    /** What was there. */
    enum State {
        CURRENT,
        OUTDATED,
        MISSING
    }

    /** A file, and how it was found. */
    record Looked(Path file, State state) {
        String line(boolean check) {
            String shown = ScriptReader.display(file);
            return switch (state) {
                case CURRENT -> "current   " + shown;
                case OUTDATED -> (check ? "outdated  " : "written   ") + shown;
                case MISSING -> (check ? "missing   " : "made      ") + shown;
            };
        }

        void json(Json json) {
            json.put("file", ScriptReader.display(file))
                    .put("found", state.name().toLowerCase(Locale.ROOT));
        }
    }

    /** Compares; the line endings of a checkout do not count. */
    List<Looked> look() {
        List<Looked> looked = new ArrayList<>();
        files.forEach((file, text) -> looked.add(new Looked(file, state(file, text))));
        return looked;
    }

    private static State state(Path file, String text) {
        if (!Files.exists(file)) {
            return State.MISSING;
        }
        return ScriptReader.read(file).replace("\r\n", "\n").equals(text) ? State.CURRENT : State.OUTDATED;
    }

    /**
     * Writes what is not as it should be.
     *
     * @throws LockkeeperException {@code file-exists} before anything is written when a file is somebody else's, {@code file-unreadable} when one
     *     cannot be written
     */
    List<Looked> write() {
        List<Looked> looked = look();
        List<Problem> foreign = looked.stream()
                .filter(one -> one.state() == State.OUTDATED && !isOurs(one.file()))
                .map(one -> Problem.of(Code.FILE_EXISTS, "this file was not made by the command and is left as it is")
                        .at(Place.of(ScriptReader.display(one.file())))
                        .help("name another place, or remove the file"))
                .toList();
        if (!foreign.isEmpty()) {
            throw new LockkeeperException(foreign);
        }
        looked.stream()
                .filter(one -> one.state() != State.CURRENT)
                .forEach(one -> MadeFile.write(one.file(), String.valueOf(files.get(one.file()))));
        return looked;
    }

    private boolean isOurs(Path file) {
        String text = ScriptReader.read(file);
        return text.substring(0, Math.min(HEAD, text.length())).contains(mark);
    }
}
