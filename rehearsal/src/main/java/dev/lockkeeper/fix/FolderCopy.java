package dev.lockkeeper.fix;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Root;
import dev.lockkeeper.source.ScriptReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A folder of migrations as it is to be, in another place, to be read from there before anything is written. */
final class FolderCopy implements AutoCloseable {
    private static final List<String> BESIDE = List.of("metadata.toml");
    private static final List<String> LISTS = List.of("sqitch.plan");

    private final Path home;
    private final Path from;
    private final Path to;

    private FolderCopy(Path home, Path from) {
        this.home = home;
        this.from = from;
        this.to = home.resolve("copy").resolve("migrations");
    }

    /** Copies the files of all migrations, with what lies beside them and says how they run, and changes them. */
    static FolderCopy of(Folder folder, Migrations migrations, List<EditedFile> edited) {
        Path from = folder.roots().get(0).path().toAbsolutePath().normalize();
        Set<Path> files = new LinkedHashSet<>();
        LISTS.forEach(name -> files.add(from.resolve(name)));
        for (Migration migration : migrations.all()) {
            Stream.of(migration.up(), migration.down() == null ? migration.up() : migration.down())
                    .map(script -> Path.of(script.file()).toAbsolutePath().normalize())
                    .forEach(file -> {
                        files.add(file);
                        BESIDE.forEach(name -> files.add(file.resolveSibling(name)));
                    });
        }
        try {
            FolderCopy copy = new FolderCopy(Files.createTempDirectory("lockkeeper-fix"), from);
            try {
                for (Path file : files) {
                    if (Files.isRegularFile(file)) {
                        Path there = copy.place(file);
                        Files.createDirectories(there.resolveSibling("."));
                        Files.copy(file, there);
                    }
                }
                for (EditedFile file : edited) {
                    Path there = copy.place(file.path());
                    Files.createDirectories(there.resolveSibling("."));
                    Files.writeString(there, file.after());
                }
                return copy;
            } catch (IOException | RuntimeException e) {
                copy.close();
                throw e;
            }
        } catch (IOException e) {
            throw Problem.of(Code.FILE_UNREADABLE, "the migrations cannot be copied to be tried: " + e.getMessage())
                    .help("make room in the folder for temporary files")
                    .asException(e);
        }
    }

    private Path place(Path file) {
        return to.resolve(from.relativize(file.toAbsolutePath().normalize())).normalize();
    }

    /** The migrations of the copy, which are called as if they lay in the folder itself. */
    Migrations read(Folder folder, Migrations before) {
        Root root = folder.roots().get(0);
        String path = ScriptReader.display(root.path());
        // with a folder in front, so that what lies beside the folder has a name too
        String name = path.isEmpty() ? "." : path.indexOf('/') < 0 ? "./" + path : path;
        return Migrations.read(new Folder(
                folder.component(), List.of(new Root(to, name, null)), before.convention(), folder.tokens()));
    }

    @Override
    public void close() {
        try (Stream<Path> all = Files.walk(home)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException left) {
            // a folder for temporary files is emptied by others
        }
    }
}
