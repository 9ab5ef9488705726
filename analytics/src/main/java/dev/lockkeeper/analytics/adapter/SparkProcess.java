package dev.lockkeeper.analytics.adapter;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.SparkSettings;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The process in which Spark works. It gets requests by its input, secrets among them, answers by its output, and ends when its input does,
 * so that it does not outlive this process. It and its log, which are nobody else's to read, have a folder of their own; when it has failed, the
 * log stays as long as it is one of the last. Not thread-safe.
 */
final class SparkProcess implements AutoCloseable {
    private static final int AHEAD = 1024;
    private static final int GRACE_SECONDS = 15;

    private final Process process;
    private final Path folder;
    private final SparkSettings settings;
    private final Writer requests;
    private final BlockingQueue<Optional<String>> lines = new ArrayBlockingQueue<>(AHEAD);
    private boolean failed;
    private boolean broken;

    private SparkProcess(Process process, Path folder, SparkSettings settings) {
        this.process = process;
        this.folder = folder;
        this.settings = settings;
        this.requests = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        Thread reader = new Thread(this::read, "spark answers");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts it, and Spark in it.
     *
     * @param start the request that has the settings of Spark and how to reach the database
     * @throws dev.lockkeeper.problem.LockkeeperException {@code analytics-adapter} when it cannot be started
     */
    static SparkProcess start(SparkSettings settings, String start) {
        SparkProcess started;
        try {
            Path folder = new SparkLogs().folder();
            ProcessBuilder builder = new ProcessBuilder(
                            SparkLaunch.of(settings, folder).command())
                    .directory(folder.toFile())
                    .redirectError(log(folder).toFile());
            builder.environment().keySet().removeIf(name -> !SparkLaunch.isPassedOn(name));
            started = new SparkProcess(builder.start(), folder, settings);
        } catch (IOException e) {
            throw Problem.of(Code.ANALYTICS_ADAPTER, "the process of Spark cannot be started")
                    .because(String.valueOf(e.getMessage()))
                    .note("kept: all marks, and the sums as they were")
                    .help(
                            "see what java-home under spark: in lockkeeper.yaml names, or compute in the database: --adapter postgres")
                    .asException(e);
        }
        boolean done = false;
        try {
            started.ask(start);
            done = true;
            return started;
        } finally {
            if (!done) {
                started.close();
            }
        }
    }

    private static Path log(Path folder) {
        return folder.resolve(SparkLogs.LOG);
    }

    private void read() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.put(Optional.of(line));
            }
            lines.put(Optional.empty());
        } catch (IOException e) {
            // closed from here
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether it has ended, or owes an answer that nobody waits for any more. */
    boolean isBroken() {
        return broken || !process.isAlive();
    }

    /** Sends a request without rows; gives the rows of its answer. */
    List<@Nullable String[]> ask(String request) {
        send(request);
        return answer();
    }

    /** Sends a line. */
    void send(String line) {
        try {
            requests.append(line).append('\n');
        } catch (IOException e) {
            throw ended(e);
        }
    }

    /** The rows of the answer to what was sent. */
    List<@Nullable String[]> answer() {
        try {
            requests.flush();
        } catch (IOException e) {
            throw ended(e);
        }
        List<@Nullable String[]> rows = new ArrayList<>();
        while (true) {
            SparkAnswer answer = SparkAnswer.of(next());
            List<@Nullable String> row = answer.row();
            String reason = answer.failed();
            if (row != null) {
                rows.add(row.toArray(new @Nullable String[0]));
            } else if (reason != null) {
                throw failed("Spark could not compute a bucket or write its table", reason, null);
            } else {
                return rows;
            }
        }
    }

    private String next() {
        try {
            Optional<String> line = lines.poll(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
            if (line == null) {
                throw broken(
                        "Spark has not answered in time",
                        "timeout under spark: in lockkeeper.yaml is "
                                + settings.timeout().toSeconds() + " s",
                        null);
            }
            return line.orElseThrow(() -> ended(null));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw broken("Spark was not waited for", "the command was interrupted", e);
        }
    }

    private RuntimeException ended(@Nullable Exception e) {
        String how = "it was ended, or could not be started";
        try {
            if (process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                how = "its exit code is " + process.exitValue();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return broken("the process of Spark has ended", how, e);
    }

    private RuntimeException broken(String message, String reason, @Nullable Exception e) {
        broken = true;
        return failed(message, reason, e);
    }

    private RuntimeException failed(String message, String reason, @Nullable Exception e) {
        failed = true;
        Problem problem = Problem.of(Code.ANALYTICS_ADAPTER, message)
                .because(reason)
                .note("kept: all marks, and the sums in the database as they were")
                .help("see its log: " + log(folder)
                        + "; the same command tries again, or compute in the database: --adapter postgres");
        return e == null ? problem.asException() : problem.asException(e);
    }

    @Override
    public void close() {
        try {
            if (broken) {
                process.destroyForcibly();
            }
            process.getOutputStream().close();
            // what it prints to the end must not keep it from ending
            lines.clear();
            if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(GRACE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        remove();
    }

    private void remove() {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!failed || (!file.equals(folder) && !file.equals(log(folder)))) {
                    Files.deleteIfExists(file);
                }
            }
            if (failed) {
                SparkLogs.leave(folder);
            }
        } catch (IOException | UncheckedIOException e) {
            // a folder for temporary files is cleared by the machine as well
        }
    }
}
