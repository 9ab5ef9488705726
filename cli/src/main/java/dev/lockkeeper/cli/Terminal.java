package dev.lockkeeper.cli;

import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.problem.SqlState;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.ProblemText;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.telemetry.LogLine;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where a command writes: results to standard output, progress and problems to standard error.
 *
 * @param json whether the result is one JSON object instead of text
 * @param style of the text on standard output
 * @param errorStyle of the text on standard error
 * @param live whether standard error is a terminal, so that a line may be rewritten
 * @param warnings what was warned of so far
 * @param interruption who else may have the last word
 * @param narration what is told belongs to
 */
record Terminal(
        PrintStream out,
        PrintStream err,
        boolean json,
        Style style,
        Style errorStyle,
        boolean live,
        List<Problem> warnings,
        Interruption interruption,
        Narration narration) {
    /** The form of what a command prints when it could not do its work. */
    static final String ERROR = "lockkeeper/error/v1";

    /** A line of the result; only for text output. */
    void result(String line) {
        if (!json) {
            out.println(line);
            out.flush();
        }
    }

    void result(List<String> lines) {
        if (!json) {
            lines.forEach(out::println);
            out.flush();
        }
    }

    /** The result as JSON; only for JSON output. */
    void result(String schema, Consumer<Json> content) {
        if (json && interruption.end()) {
            print(object(schema, content));
        }
    }

    /** The result as JSON, with what was warned of. */
    String object(String schema, Consumer<Json> content) {
        return Json.object(
                schema,
                content.andThen(object ->
                        object.put("trace", narration.place().trace()).array("warnings", warnings, Json::problem)));
    }

    /** What a command prints when it fails before it has a result of its own. */
    String errors(List<Problem> problems) {
        return object(ERROR, json -> json.array("errors", problems, Json::problem));
    }

    /** Writes to standard output at once. */
    void print(String text) {
        out.println(text);
        out.flush();
    }

    /** Something that happens on the way. */
    void progress(String line) {
        progress(line, Map.of());
    }

    /**
     * The same with what is counted in it.
     *
     * @param figures by their names; people read them in the line
     */
    void progress(String line, Map<String, Long> figures) {
        clear();
        if (narration.isJson()) {
            narration.progress(err, line, figures);
        } else {
            err.println(line);
        }
    }

    /** Something that the server says on the way: a sentence of its own for people, and a place for programs. */
    void notice(boolean warning, Place place, String message) {
        clear();
        if (narration.isJson()) {
            narration.notice(err, warning ? LogLine.Level.WARNING : LogLine.Level.INFO, place, message);
        } else {
            err.println(
                    (warning ? "warning of the server: " : "notice: ") + Style.line(place.toString()) + ": " + message);
        }
    }

    /** What happens now; on a terminal the next such line replaces it, elsewhere it is not shown. */
    void passing(String line) {
        if (live) {
            // without wrapping at the edge, where a terminal would keep the first half of the line
            err.print("\r\u001b[2K\u001b[?7l" + line + "\u001b[?7h");
            err.flush();
        }
    }

    /** The same terminal for somebody who tells less: nothing of the way is shown. */
    Terminal quiet() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return new Terminal(nowhere, nowhere, json, style, errorStyle, false, warnings, interruption, Narration.none());
    }

    /** The same terminal for somebody whose warnings are nobody else's. */
    Terminal alone() {
        return new Terminal(out, err, json, style, errorStyle, live, new ArrayList<>(), interruption, narration);
    }

    /** Takes the last passing line away. */
    void clear() {
        if (live) {
            err.print("\r\u001b[2K");
            err.flush();
        }
    }

    void warn(Problem problem) {
        warn(List.of(problem));
    }

    void warn(List<Problem> problems) {
        warnings.addAll(problems);
        tell(LogLine.Level.WARNING, problems);
    }

    void error(LockkeeperException e) {
        clear();
        tell(LogLine.Level.ERROR, e.problems());
        if (!narration.isJson()) {
            // where an error says itself what to do, one more line would be noise
            e.problems().stream().filter(p -> p.help() == null).findFirst().ifPresent(p -> err.println(hint(p)));
        }
    }

    private void tell(LogLine.Level level, List<Problem> problems) {
        problems.forEach(problem -> narration.problem(err, level, problem));
        if (!narration.isJson()) {
            ProblemText text = new ProblemText(errorStyle);
            (level == LogLine.Level.ERROR ? text.errors(problems) : text.warnings(problems)).forEach(err::println);
        }
    }

    private static String hint(Problem problem) {
        // a function of the script may have raised a state of its own
        String state = Optional.ofNullable(problem.server())
                .flatMap(server -> SqlState.of(server.sqlState()))
                .map(known -> " " + known.code())
                .orElse("");
        return "lockkeeper explain " + problem.code().slug() + state + " tells more";
    }
}
