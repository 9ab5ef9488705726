package dev.lockkeeper.stewardship.retention;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Checksum;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The folder of archives. A file is written under a name that ends with {@code .part}, read again, and gets its name when the record
 * has it: a file without that ending is told by the record, and the rows of it are gone from the database.
 */
public final class Vault {
    private static final String PART = ".part";
    private static final int FETCH = 5000;

    private final Path folder;

    public Vault(Path folder) {
        this.folder = folder;
    }

    /** A file that was written and read again. */
    public record Written(String name, String sha256, long rows) {}

    /** Where lines come from, some at a time; none when there are no more. */
    interface Lines {
        List<String> next();
    }

    /**
     * Writes all rows of a table, in a transaction that keeps others from changing it, and reads the file again.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code retention-stopped} when the file cannot be written or has another number of rows
     */
    public Written write(Session session, ObjectName table, String name) {
        session.execute(
                "declare gone no scroll cursor for select row_to_json(t.*)::text from " + table.quoted() + " t");
        Written written = write(
                name,
                () -> session.query("fetch forward " + FETCH + " from gone").stream()
                        .map(row -> String.valueOf(row[0]))
                        .toList());
        session.execute("close gone");
        long rows = Long.parseLong(String.valueOf(
                session.query("select count(*)::text from " + table.quoted()).get(0)[0]));
        if (rows != written.rows()) {
            throw Problem.of(
                            Code.RETENTION_STOPPED,
                            "partition " + table + " has " + rows + " rows, and its archive has " + written.rows())
                    .note("kept: the partition, as a table of its own")
                    .asException();
        }
        return written;
    }

    /** Writes lines, each a row as JSON, and reads them again. */
    Written write(String name, Lines lines) {
        MessageDigest digest = Checksum.digest();
        Written written = make(name, part -> {
            long rows = 0;
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
                for (List<String> some = lines.next(); !some.isEmpty(); some = lines.next()) {
                    for (String line : some) {
                        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
                        digest.update(bytes);
                        out.write(bytes);
                        rows++;
                    }
                }
            }
            return rows;
        });
        if (!written.sha256().equals(HexFormat.of().formatHex(digest.digest()))) {
            throw unwritable(folder.resolve(name + PART), new IOException("it does not read as it was written"));
        }
        return written;
    }

    /** Makes a file, and gives the number of its rows. */
    public interface Maker {
        /**
         * Makes it.
         *
         * @param file which is there, empty, and for its owner alone
         */
        long make(Path file) throws IOException;
    }

    /**
     * Has a file made, which is on disk then and was read again; one that could not be made is removed.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code retention-stopped} when it cannot be written
     */
    public Written make(String name, Maker maker) {
        Path part = folder.resolve(name + PART);
        boolean made = false;
        try {
            makeFolder();
            if (Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException("it is there already");
            }
            create(part);
            long rows = maker.make(part);
            force(part);
            // the name of the file is kept by its folder, and rows go when both are on disk
            sync(folder);
            made = true;
            return new Written(name, sum(part), rows);
        } catch (IOException e) {
            throw unwritable(part, e);
        } finally {
            if (!made) {
                remove(part);
            }
        }
    }

    /** Writes a small file that belongs to another one: its name begins with that of the other, and a full stop. */
    public void beside(String name, String text) {
        try {
            Path file = folder.resolve(name);
            Files.writeString(file, text);
            force(file);
            sync(folder);
        } catch (IOException e) {
            throw unwritable(folder.resolve(name), e);
        }
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** A full disk would stay full of half a file. */
    private static void remove(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            // the next run clears up, and what has failed before is what is told
        }
    }

    /** The record has it: it gets its name. */
    public void keep(Written written) {
        try {
            Files.move(
                    folder.resolve(written.name() + PART),
                    folder.resolve(written.name()),
                    StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw unwritable(folder.resolve(written.name()), e);
        }
    }

    /**
     * Clears up after a run that was cut off: a file that the record has gets its name, another one of the same owner is removed, for its
     * rows are still in the database. Files of other owners are left alone, because another record has them, or is about to.
     *
     * @param own whether a name is one of its own
     * @param recorded the digests of files by their names, as the record has them
     */
    public void settle(Predicate<String> own, Map<String, String> recorded) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path part :
                    files.filter(file -> isPart(file.getFileName().toString())).toList()) {
                String name = part.getFileName().toString();
                String whole = name.substring(0, name.length() - PART.length());
                String sum = recorded.get(whole);
                if (sum == null) {
                    if (own.test(whole)) {
                        for (Path beside : beside(whole)) {
                            Files.delete(beside);
                        }
                        Files.delete(part);
                    }
                } else if (sum.equals(sum(part))) {
                    Files.move(part, folder.resolve(whole), StandardCopyOption.ATOMIC_MOVE);
                } else {
                    throw altered(part, whole, sum);
                }
            }
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    private static boolean isPart(String name) {
        return name.endsWith(ArchiveNames.LINES + PART) || name.endsWith(ArchiveNames.PARQUET + PART);
    }

    private List<Path> beside(String name) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(name + "."))
                    .filter(file -> !file.getFileName().toString().equals(name + PART))
                    .toList();
        }
    }

    /** A folder that is new is known to the one above it, and so on. */
    private void makeFolder() throws IOException {
        List<Path> above = new ArrayList<>();
        Path made = folder.toAbsolutePath();
        while (!Files.exists(made)) {
            Path parent = made.getParent();
            if (parent == null) {
                break;
            }
            above.add(parent);
            made = parent;
        }
        Files.createDirectories(folder);
        for (Path one : above) {
            sync(one);
        }
    }

    private static void sync(Path folder) throws IOException {
        if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            // elsewhere a folder cannot be opened, and its file system keeps names by its own journal
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void create(Path file) throws IOException {
        try {
            if (Files.getFileStore(file.toAbsolutePath().getParent()).supportsFileAttributeView("posix")) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            } else {
                Files.createFile(file);
            }
        } catch (FileAlreadyExistsException e) {
            throw new IOException("it is there already", e);
        }
    }

    private static String sum(Path file) throws IOException {
        MessageDigest digest = Checksum.digest();
        byte[] some = new byte[1 << 16];
        try (var in = Files.newInputStream(file)) {
            for (int read = in.read(some); read >= 0; read = in.read(some)) {
                digest.update(some, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static RuntimeException altered(Path part, String name, String sum) {
        return Problem.of(Code.RETENTION_STOPPED, "archive " + name + " is not what was written")
                .at(Place.of(part.toString()))
                .because("its SHA-256 is another one than the record has: " + sum)
                .help("put a copy with that SHA-256 in its place, and run the same command again")
                .note("its rows are gone from the database; nothing else was done")
                .asException();
    }

    private static RuntimeException unwritable(Path file, IOException e) {
        return Problem.of(Code.RETENTION_STOPPED, "an archive cannot be written: " + e.getMessage())
                .at(Place.of(file.toString()))
                .help("make room, or name another folder: --archive DIR")
                .note("kept: what went before, and its evidence; the rows of this file are still in the database")
                .asException(e);
    }
}
