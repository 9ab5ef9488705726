package dev.lockkeeper.checklist;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Runs the commands of steps: no shell comes between, so no value of a token is anything but a word.
 *
 * @param own runs a command of Lockkeeper
 * @param confidential what is not kept of what they say
 * @param handed variables that programs find beside those of this process
 * @param files where a file of the checklist is
 * @param out where standard output goes that no file takes
 * @param err where standard error goes
 */
public record Runner(
        Own own,
        Confidential confidential,
        Map<String, String> handed,
        Function<String, Path> files,
        OutputStream out,
        OutputStream err) {
    /** The exit code of what could not be run, or left no file. */
    public static final int COULD_NOT = -1;
    /** The exit code of what a signal has ended. */
    public static final int INTERRUPTED = -2;

    private static final String NAME = "lockkeeper checklist: ";

    /** What runs a command of Lockkeeper. */
    @FunctionalInterface
    public interface Own {
        /**
         * Runs it to its end.
         *
         * @param words behind {@code lockkeeper}
         * @return its exit code
         */
        int run(List<String> words, OutputStream out, OutputStream err);
    }

    /** What is kept of a command that a signal has ended, and whose last words nobody waits for. */
    public static Entry.Result interrupted() {
        Said said = new Said(new Confidential(List.of()));
        said.add(NAME + "a signal has ended it");
        return new Entry.Result(
                INTERRUPTED, HexFormat.of().formatHex(said.digest()), said.bytes(), said.tail(), List.of());
    }

    /** The same of one that has ended then, with what it had said. */
    public static Entry.Result interrupted(Entry.Result ended) {
        return new Entry.Result(INTERRUPTED, ended.sha256(), ended.bytes(), ended.tail(), List.of());
    }

    /**
     * Runs the command of a step to its end. What it cannot do is a failure of the step, so that the log tells how it ended.
     *
     * @param since when the step was run for the first time: an older file that the command has not written is not what it leaves
     */
    public Entry.Result run(Checklist.Step step, Instant since) {
        Said said = new Said(confidential);
        Map<String, String> before = new HashMap<>();
        step.files().forEach(name -> before.put(name, state(files.apply(name))));
        int exit;
        try {
            exit = run(step, said);
        } catch (IOException e) {
            note(said, "the output of the step cannot be written: " + e.getMessage());
            exit = COULD_NOT;
        }
        if (!step.out().isEmpty() && said.lost() != null) {
            note(said, "not all of the output is in " + step.out() + ": " + said.lost());
            exit = COULD_NOT;
        }
        List<Entry.Kept> kept = new ArrayList<>();
        for (String name : exit == 0 ? step.files() : List.<String>of()) {
            Path file = files.apply(name);
            try {
                if (name.equals(step.out()) || !state(file).equals(before.get(name))) {
                    kept.add(new Entry.Kept(name, sha256(file)));
                } else if (Files.getLastModifiedTime(file).toInstant().isBefore(since)) {
                    // what a step promises and does not leave is no success
                    note(
                            said,
                            "the step has not written " + name
                                    + ", which was there before; move it away and run again");
                    exit = COULD_NOT;
                } else {
                    note(said, "this run has not written " + name + ", which an earlier one has left");
                }
            } catch (LockkeeperException | IOException e) {
                note(said, "the step has left no file " + name);
                exit = COULD_NOT;
            }
        }
        return new Entry.Result(exit, HexFormat.of().formatHex(said.digest()), said.bytes(), said.tail(), kept);
    }

    /** By which it is seen whether a file was written, also with what it held before; empty for none. */
    private static String state(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.fileKey() + " " + attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS) + " "
                    + attributes.size();
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * The SHA-256 of a file, in hexadecimal digits.
     *
     * @throws LockkeeperException {@code file-unreadable}
     */
    public static String sha256(Path file) {
        try {
            return Entry.sha256(Files.readAllBytes(file));
        } catch (IOException e) {
            throw Problem.of(Code.FILE_UNREADABLE, "the file cannot be read: " + e.getMessage())
                    .at(Place.of(file.toString()))
                    .asException(e);
        }
    }

    /** Also for who looks on, as what the command itself has said. */
    private void note(Said said, String line) {
        said.add(NAME + line);
        tell(err, NAME + line + "\n");
    }

    private int run(Checklist.Step step, Said said) throws IOException {
        OutputStream errors = said.telling(err);
        if (step.out().isEmpty()) {
            return run(step, said.counting(said.telling(out)), errors);
        }
        Path file = files.apply(step.out());
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        try (OutputStream into = Files.newOutputStream(file)) {
            return run(step, said.counting(into), errors);
        }
    }

    private int run(Checklist.Step step, OutputStream standard, OutputStream errors) throws IOException {
        try (standard;
                errors) {
            return started(step, standard, errors);
        }
    }

    private int started(Checklist.Step step, OutputStream standard, OutputStream errors) {
        List<String> words = step.command();
        if (CommandWords.isOwn(words)) {
            return own.run(words.subList(1, words.size()), standard, errors);
        }
        try {
            ProcessBuilder builder = new ProcessBuilder(words);
            builder.environment().putAll(handed);
            Process process = builder.start();
            try {
                process.getOutputStream().close();
                Thread second = new Thread(() -> copy(process.getErrorStream(), errors), "errors of a step");
                second.start();
                copy(process.getInputStream(), standard);
                second.join();
                return process.waitFor();
            } finally {
                process.destroy();
            }
        } catch (IOException e) {
            tell(errors, "the command could not be run: " + e.getMessage() + "\n");
            return COULD_NOT;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            tell(errors, "the command was interrupted\n");
            return COULD_NOT;
        }
    }

    private static void copy(InputStream from, OutputStream to) {
        try {
            from.transferTo(to);
        } catch (IOException e) {
            tell(to, "the output of the command ended: " + e.getMessage() + "\n");
        }
    }

    private static void tell(OutputStream to, String line) {
        try {
            to.write(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // whoever would read it is gone
        }
    }
}
