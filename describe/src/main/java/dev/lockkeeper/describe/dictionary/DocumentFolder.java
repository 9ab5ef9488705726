package dev.lockkeeper.describe.dictionary;

import dev.lockkeeper.describe.page.MadeFile;
import dev.lockkeeper.describe.page.Markdown;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.ScriptReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The documents of a project as they lie in a folder. What has our mark is ours to write and to remove; everything else is left alone. Not
 * thread-safe.
 */
public final class DocumentFolder {
    /** Where in the folder the dictionary lies. */
    public static final String DICTIONARY = "schema";

    /** The file of the model, within the dictionary. */
    public static final String MODEL = "model.json";

    private final Path folder;
    private final SortedMap<String, String> ours = new TreeMap<>();
    private final Map<String, String> notes = new HashMap<>();

    private DocumentFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Reads what is there.
     *
     * @param beside paths of documents of ours that lie beside the dictionary
     * @throws LockkeeperException {@code docs-file} when notes in it are not marked as they should be, {@code file-unreadable}
     */
    public static DocumentFolder read(Path folder, List<String> beside) {
        DocumentFolder read = new DocumentFolder(folder);
        List<Problem> problems = new ArrayList<>();
        for (String path : read.candidates(beside)) {
            try {
                read.add(path);
            } catch (LockkeeperException e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems);
        }
        return read;
    }

    private List<String> candidates(List<String> beside) {
        List<String> paths = new ArrayList<>();
        beside.stream()
                .filter(path -> Files.isRegularFile(folder.resolve(path)))
                .forEach(paths::add);
        Path dictionary = folder.resolve(DICTIONARY);
        if (Files.isDirectory(dictionary)) {
            // a folder for each schema, and nothing below
            try (Stream<Path> files = Files.walk(dictionary, 2)) {
                files.filter(file -> Files.isRegularFile(file)
                                && (file.getFileName().toString().endsWith(".md")
                                        || dictionary.relativize(file).equals(Path.of(MODEL))))
                        .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                        .sorted()
                        .forEach(paths::add);
            } catch (IOException e) {
                throw unusable(dictionary, "cannot be read", e);
            }
        }
        return paths;
    }

    private void add(String path) {
        Path file = folder.resolve(path);
        // whoever checks the files out may want other line endings
        String text = ScriptReader.read(file).replace("\r\n", "\n");
        if (path.endsWith("/" + MODEL)) {
            ours.put(path, text);
        } else if (text.startsWith(Markdown.MARK + "\n")) {
            ours.put(path, text);
            String found = Notes.in(ScriptReader.display(file), text);
            if (!found.isEmpty()) {
                notes.put(path, found);
            }
        }
    }

    /** What people have written, by the paths of the pages within the dictionary. */
    public Map<String, String> notes() {
        Map<String, String> inside = new HashMap<>();
        notes.forEach((path, text) -> {
            if (path.startsWith(DICTIONARY + "/")) {
                inside.put(path.substring(DICTIONARY.length() + 1), text);
            }
        });
        return inside;
    }

    /** The text of a document of ours; null when there is none. */
    public @Nullable String text(String path) {
        return ours.get(path);
    }

    /** The paths of all documents of ours, in order. */
    public Collection<String> paths() {
        return Collections.unmodifiableSet(ours.keySet());
    }

    /** Whether nothing of ours is there. */
    public boolean isEmpty() {
        return ours.isEmpty();
    }

    /** The path of a file as a person may type it. */
    public String shown(String path) {
        return ScriptReader.display(folder.resolve(path));
    }

    /**
     * What these files and the wanted ones have apart.
     *
     * @param wanted their texts by their paths
     */
    public List<Staleness> compare(SortedMap<String, String> wanted) {
        List<Staleness> all = new ArrayList<>();
        wanted.forEach((path, text) -> {
            String there = ours.get(path);
            if (there == null) {
                all.add(new Staleness(Staleness.State.MISSING, path));
            } else if (!there.equals(text)) {
                all.add(new Staleness(Staleness.State.STALE, path));
            }
        });
        ours.keySet().stream()
                .filter(path -> !wanted.containsKey(path))
                .forEach(path -> all.add(new Staleness(
                        notes.containsKey(path) ? Staleness.State.NOTE_WITHOUT_OBJECT : Staleness.State.EXTRA, path)));
        return all;
    }

    /**
     * Makes the files what they should be. A page that nothing needs any more and that holds notes is left as it is.
     *
     * @param found what {@link #compare} has found
     * @throws LockkeeperException {@code docs-file} when a file without our mark stands where one belongs, {@code file-unreadable} when one cannot be
     *     written; the same command goes on then
     */
    public void write(SortedMap<String, String> wanted, List<Staleness> found) {
        List<Problem> foreign = found.stream()
                .filter(one -> one.state() == Staleness.State.MISSING
                        && Files.exists(folder.resolve(one.path()), LinkOption.NOFOLLOW_LINKS))
                .map(one -> Problem.of(Code.DOCS_FILE, "a file that is not ours stands where a document belongs")
                        .at(Place.of(shown(one.path())))
                        .because("its first line is not: " + Markdown.MARK)
                        .help("move it to another place"))
                .toList();
        if (!foreign.isEmpty()) {
            throw new LockkeeperException(foreign);
        }
        for (Staleness one : found) {
            Path file = folder.resolve(one.path());
            switch (one.state()) {
                case MISSING, STALE -> MadeFile.write(file, wanted.getOrDefault(one.path(), ""));
                case EXTRA -> remove(file);
                case NOTE_WITHOUT_OBJECT -> {
                    // somebody has to decide what becomes of it
                }
            }
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
            Path parent = file.getParent();
            if (parent != null) {
                try (Stream<Path> rest = Files.list(parent)) {
                    if (rest.findAny().isEmpty()) {
                        Files.delete(parent);
                    }
                }
            }
        } catch (IOException e) {
            throw unusable(file, "cannot be removed", e);
        }
    }

    private static LockkeeperException unusable(Path file, String what, IOException e) {
        return Problem.of(Code.FILE_UNREADABLE, "the file " + what + ": " + e)
                .at(Place.of(ScriptReader.display(file)))
                .help("check that the folder is writable for this user")
                .asException(e);
    }
}
