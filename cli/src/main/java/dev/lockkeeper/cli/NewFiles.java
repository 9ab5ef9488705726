package dev.lockkeeper.cli;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.ScriptReader;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Writes files that must not exist yet, and says which. */
final class NewFiles {
    private final Terminal terminal;
    private final List<String> written = new ArrayList<>();

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
            throw Problem.of(Code.USAGE, "the file exists already and is left as it is")
                    .at(Place.of(ScriptReader.display(file)))
                    .asException(e);
        } catch (IOException e) {
            throw Problem.of(Code.FILE_UNREADABLE, "the file cannot be written: " + e)
                    .at(Place.of(ScriptReader.display(file)))
                    .help("check that the folder is writable for this user")
                    .asException(e);
        }
        written.add(ScriptReader.display(file));
    }

    /** The file or files of one migration. */
    void migration(Path folder, Convention convention, String version, String slug, String up, String down) {
        List<Path> files = convention.newFiles(folder, version, slug);
        if (files.size() == 1) {
            write(files.get(0), convention.join(up, down));
        } else {
            write(files.get(0), up);
            write(files.get(1), down);
        }
    }

    /** The result of the command. */
    void report(String next) {
        written.forEach(file -> terminal.result("made " + file));
        terminal.result("Next: " + next);
        terminal.result("lockkeeper/new/v1", json -> json.array("files", written, (j, file) -> j.put("file", file)));
    }
}
