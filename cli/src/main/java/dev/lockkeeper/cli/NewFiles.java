package dev.lockkeeper.cli;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.ScriptReader;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Writes files that must not exist yet, and says which. */
final class NewFiles {
    private final Terminal terminal;
    private final List<String> written = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();

    NewFiles(Terminal terminal) {
        this.terminal = terminal;
    }

    void write(Path file, String content) {
        try {
            Path parent = file.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.writeString(file, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw exists(file).asException(e);
        } catch (IOException e) {
            throw unwritable(file, e);
        }
        written.add(ScriptReader.display(file));
        lines.add("made " + ScriptReader.display(file));
    }

    private static Problem exists(Path file) {
        return Problem.of(Code.USAGE, "the file exists already and is left as it is")
                .at(Place.of(ScriptReader.display(file)));
    }

    private void append(Path file, String text) {
        try {
            lines.add((Files.exists(file) ? "added a line to " : "made ") + ScriptReader.display(file));
            Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            written.add(ScriptReader.display(file));
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    private static LockkeeperException unwritable(Path file, IOException e) {
        return Problem.of(Code.FILE_UNREADABLE, "the file cannot be written: " + e)
                .at(Place.of(ScriptReader.display(file)))
                .help("check that the folder is writable for this user")
                .asException(e);
    }

    /**
     * The file or files of one migration.
     *
     * @param project the name for a list of migrations that is not there yet
     */
    void migration(
            Path folder, Convention convention, String project, String version, String slug, String up, String down) {
        List<Path> files = convention.newFiles(folder, version, slug);
        // before the first is written, so that no half of a migration is left
        files.stream().filter(Files::exists).findFirst().ifPresent(there -> {
            throw exists(there).asException();
        });
        if (files.size() == 1) {
            write(files.get(0), convention.join(up, down));
        } else {
            write(files.get(0), up);
            write(files.get(1), down);
        }
        convention
                .listed(folder, project, slug, Clock.systemUTC(), System.getProperty("user.name", ""))
                .ifPresent(listed -> append(listed.file(), listed.text()));
    }

    /** The result of the command. */
    void report(String next) {
        lines.forEach(terminal::result);
        terminal.result("Next: " + next);
        terminal.result("lockkeeper/new/v1", json -> json.array("files", written, (j, file) -> j.put("file", file)));
    }
}
