package dev.lockkeeper.cli;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.ScriptReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a page that is made anew whenever somebody asks for it. */
final class DocsPage {
    /** By which a page of ours is known. */
    private static final String MARK = "<meta name=\"generator\" content=\"lockkeeper docs\">";

    private static final int HEAD = 1_000;

    private DocsPage() {}

    /**
     * Writes it, over one of ours only.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code file-exists} when another file is there, {@code file-unreadable} when it cannot be written
     */
    static void write(Path file, String html) {
        if (Files.exists(file) && !head(ScriptReader.read(file)).contains(MARK)) {
            throw Problem.of(
                            Code.FILE_EXISTS,
                            "there is a file already that is no page of ours, and it is not overwritten")
                    .at(Place.of(ScriptReader.display(file)))
                    .help("name another file, or remove this one")
                    .asException();
        }
        try {
            Files.writeString(file, html);
        } catch (IOException e) {
            throw Problem.of(Code.FILE_UNREADABLE, "the file cannot be written: " + e.getMessage())
                    .at(Place.of(ScriptReader.display(file)))
                    .help("check the folder, its rights and the room on its disk")
                    .asException(e);
        }
    }

    private static String head(String html) {
        return html.substring(0, Math.min(HEAD, html.length()));
    }
}
