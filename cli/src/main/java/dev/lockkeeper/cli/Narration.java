package dev.lockkeeper.cli;

import dev.lockkeeper.apply.Event;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.problem.ServerError;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.telemetry.Followed;
import dev.lockkeeper.telemetry.Follower;
import dev.lockkeeper.telemetry.LogLine;
import dev.lockkeeper.telemetry.Telemetry;
import dev.lockkeeper.telemetry.Telling;
import dev.lockkeeper.trace.Traceparent;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the lines on standard error belong to: the command, its trace, and the component and migration that are at work. Tells the same
 * to telemetry. Safe for use by several threads.
 */
final class Narration {
    private static final String SCHEMA = "lockkeeper/log/v1";

    private final boolean json;
    private final Telling telling;
    private final Object turn = new Object();
    private String command = "unknown";
    private @Nullable Telemetry telemetry;
    private volatile @Nullable Following now;

    /** @param json whether each line is a JSON object */
    Narration(boolean json, Telling telling) {
        this.json = json;
        this.telling = telling;
    }

    /** Of a terminal that belongs to no command. */
    static Narration none() {
        return new Narration(false, Telling.of(Map.of(), ""));
    }

    /**
     * Begins the trace of a command.
     *
     * @param origin where what it works on was made; null when that is not known
     */
    void open(String name, @Nullable Traceparent origin) {
        synchronized (turn) {
            command = name;
            telemetry = telling.begin(name, origin);
        }
    }

    /** Of what fails before its command is known a trace begins as well. */
    Telemetry telemetry() {
        synchronized (turn) {
            Telemetry begun = telemetry;
            if (begun == null) {
                begun = telling.begin(command, null);
                telemetry = begun;
            }
            return begun;
        }
    }

    /** What of the environment is not understood. */
    List<Problem> warnings() {
        return telling.warnings();
    }

    boolean isJson() {
        return json;
    }

    /** Where the command is in its trace. */
    Traceparent place() {
        return telemetry().place();
    }

    /** Follows the work on a component: lines that are written meanwhile belong to it. */
    Follower follow(Followed subject) {
        Following following = new Following(subject, telemetry().follow(subject));
        now = following;
        return following;
    }

    /**
     * Something that happens on the way.
     *
     * @param figures what is counted in it, by name
     */
    void progress(PrintStream err, String text, Map<String, Long> figures) {
        text.lines().forEach(line -> write(err, line(LogLine.Level.INFO, line, null), null, figures));
    }

    /** Something that the server says on the way, of which people should know where. */
    void notice(PrintStream err, LogLine.Level level, Place place, String text) {
        write(err, line(level, text, null), place, Map.of());
    }

    /** A warning or an error, which telemetry is told as well. */
    void problem(PrintStream err, LogLine.Level level, Problem problem) {
        LogLine line = line(level, problem.message(), problem);
        telemetry().said(line);
        if (json) {
            write(err, line, line.place(), Map.of());
        }
    }

    /** Ends the trace, where one has begun; gives what kept it from being sent. */
    List<Problem> end(int exitCode) {
        synchronized (turn) {
            if (telemetry == null) {
                return List.of();
            }
        }
        return telemetry().end(exitCode);
    }

    private LogLine line(LogLine.Level level, String message, @Nullable Problem problem) {
        Following at = now;
        Traceparent place = place();
        LogLine.Context context = new LogLine.Context(
                command,
                at == null ? null : at.subject.component(),
                at == null ? null : at.version,
                at == null ? null : at.subject.direction(),
                at == null ? null : at.subject.target(),
                place.trace(),
                at == null ? place.span() : at.span());
        return new LogLine(Instant.now().truncatedTo(ChronoUnit.MICROS), level, message, problem, context);
    }

    private static void write(PrintStream err, LogLine line, @Nullable Place place, Map<String, Long> figures) {
        err.println(Json.object(SCHEMA, object -> {
            LogLine.Context context = line.context();
            object.put("time", line.time().toString())
                    .put("level", line.level().word())
                    .put("message", line.message())
                    .put("command", context.command());
            put(object, "component", context.component());
            put(object, "version", context.version());
            put(object, "direction", context.direction());
            put(object, "target", context.target());
            figures.forEach(object::put);
            put(object, "code", line.code());
            if (place != null) {
                object.put("file", place.file()).put("line", place.line()).put("column", place.column());
            }
            Problem problem = line.problem();
            if (problem != null) {
                problem(object, line, problem);
            }
            object.put("trace_id", context.trace()).put("span_id", context.span());
        }));
    }

    private static void problem(Json object, LogLine line, Problem problem) {
        put(object, "sqlstate", line.sqlState());
        ServerError server = problem.server();
        if (server != null) {
            put(object, "detail", server.detail());
            put(object, "server_hint", server.hint());
            put(object, "context", server.context());
            put(object, "constraint", server.constraint());
        }
        put(object, "why", problem.why());
        put(object, "help", problem.help());
        if (!problem.notes().isEmpty()) {
            object.texts("notes", problem.notes());
        }
    }

    private static void put(Json object, String name, @Nullable String value) {
        if (value != null) {
            object.put(name, value);
        }
    }

    /** The work on one component; whoever was told of last is what lines belong to. */
    private final class Following implements Follower {
        private final Followed subject;
        private final Follower told;
        private volatile @Nullable String version;

        Following(Followed subject, Follower told) {
            this.subject = subject;
            this.told = told;
        }

        @Override
        public String span() {
            return told.span();
        }

        @Override
        public void accept(Event event) {
            now = this;
            told.accept(event);
            if (event instanceof Event.StepStarted started) {
                version = started.step().name();
            }
        }

        @Override
        public void failed(LockkeeperException failure) {
            told.failed(failure);
        }

        @Override
        public void end() {
            told.end();
        }
    }
}
