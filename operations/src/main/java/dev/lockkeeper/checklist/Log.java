package dev.lockkeeper.checklist;

import dev.lockkeeper.gate.NewFile;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.ScriptReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The file that keeps what became of a checklist: a line for each thing that somebody did, only ever added, each with the hash of the line
 * before. It is locked while a line is added, so that two persons who work at once both find their lines there.
 *
 * @param patience how long to wait for others who add a line
 * @param waiting told once when that takes longer than a line does
 */
public record Log(Path file, Duration patience, Runnable waiting) {
    private static final long LARGEST = 16L << 20;
    /** After this part of the patience it is told that somebody waits. */
    private static final int SOON = 10;

    private static final Duration PAUSE = Duration.ofMillis(20);

    /**
     * Begins a log.
     *
     * @throws LockkeeperException {@code file-exists}, {@code file-unreadable}
     */
    public void start(Entry first) {
        NewFile.write(file, first.line() + "\n");
    }

    /**
     * Reads all of it.
     *
     * @throws LockkeeperException {@code checklist-altered} at the line that is not what was written, {@code file-unreadable}
     */
    public Progress read() {
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                // a device has no end
                throw altered(0, "this is no file").asException();
            }
            if (Files.size(file) > LARGEST) {
                throw tooLarge();
            }
            return progress(Files.readAllBytes(file)).progress();
        } catch (NoSuchFileException e) {
            throw Problem.of(Code.FILE_UNREADABLE, "there is no checklist")
                    .at(Place.of(shown()))
                    .help("begin one: lockkeeper checklist start")
                    .asException(e);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /**
     * Adds a line.
     *
     * @param next makes it of what the log holds under the lock, or refuses to
     * @return what the log holds then
     * @throws LockkeeperException {@code checklist-held} when others keep the file locked, {@code checklist-altered}, {@code
     *     file-unreadable}, and what {@code next} throws; nothing was added then
     */
    public Progress add(Function<Progress, Entry> next) {
        // never made here: a file that somebody has removed is not begun again
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            lock(channel);
            if (channel.size() > LARGEST) {
                throw tooLarge();
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // until all of it is there
            }
            Read read = progress(bytes.array());
            Entry entry = next.apply(read.progress());
            append(channel, read.end(), read.begin() + entry.line() + "\n");
            return read.progress().with(entry);
        } catch (NoSuchFileException e) {
            return read();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** All of it or nothing, as far as the disk allows. */
    private static void append(FileChannel channel, long end, String text) throws IOException {
        try {
            channel.position(end);
            ByteBuffer line = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (line.hasRemaining()) {
                channel.write(line);
            }
            channel.truncate(channel.position());
            channel.force(true);
        } catch (IOException e) {
            channel.truncate(end);
            throw e;
        }
    }

    /** Held until the channel is closed. */
    private void lock(FileChannel channel) throws IOException {
        long begun = System.nanoTime();
        boolean told = false;
        while (true) {
            try {
                if (channel.tryLock() != null) {
                    return;
                }
            } catch (OverlappingFileLockException e) {
                // somebody in this process has it
            }
            long waited = System.nanoTime() - begun;
            if (!told && waited > patience.toNanos() / SOON) {
                told = true;
                waiting.run();
            }
            if (waited > patience.toNanos()) {
                throw Problem.of(Code.CHECKLIST_HELD, "somebody else keeps the checklist locked")
                        .at(Place.of(shown()))
                        .help("run the same command again")
                        .asException();
            }
            try {
                Thread.sleep(PAUSE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    /**
     * What was read.
     *
     * @param end behind the last whole line: what follows was never said to be kept
     * @param begin what stands before the next line: the end of the last one, where an editor has taken it away
     */
    private record Read(Progress progress, long end, String begin) {}

    private Read progress(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        List<Entry> entries = new ArrayList<>();
        for (String line :
                new String(bytes, 0, end, StandardCharsets.UTF_8).lines().toList()) {
            int number = entries.size() + 1;
            entries.add(next(entries, line)
                    .orElseThrow(() -> altered(number, "the line is not what was written there")
                            .asException()));
        }
        Optional<Entry> open = next(entries, new String(bytes, end, bytes.length - end, StandardCharsets.UTF_8));
        open.ifPresent(entries::add);
        if (entries.isEmpty()) {
            throw altered(0, "the file holds no checklist").asException();
        }
        return new Read(new Progress(entries), open.isPresent() ? bytes.length : end, open.isPresent() ? "\n" : "");
    }

    /** The entry of a line; empty when it is not what was written behind the others. */
    private Optional<Entry> next(List<Entry> before, String line) {
        try {
            Entry entry = Entry.read(shown(), line);
            String prev = before.isEmpty() ? "" : before.get(before.size() - 1).hash();
            boolean first = before.isEmpty();
            boolean fits = entry.line().equals(line)
                    && entry.seq() == before.size() + 1
                    && entry.prev().equals(prev)
                    && first == (entry.checklist() != null);
            return fits ? Optional.of(entry) : Optional.empty();
        } catch (LockkeeperException e) {
            return Optional.empty();
        }
    }

    private LockkeeperException tooLarge() {
        return altered(0, "the file is larger than any checklist").asException();
    }

    private Problem altered(int line, String message) {
        return Problem.of(Code.CHECKLIST_ALTERED, message)
                .at(new Place(shown(), line, 0, null))
                .because(
                        "each line of a checklist holds the hash of the one before: it was changed, removed, put in or merged"
                                + " by hand")
                .help("restore the file as it was, from version control or a backup");
    }

    private LockkeeperException unreadable(IOException e) {
        return Problem.of(Code.FILE_UNREADABLE, "the checklist cannot be read and written: " + e.getMessage())
                .at(Place.of(shown()))
                .asException(e);
    }

    private String shown() {
        return ScriptReader.display(file);
    }
}
