package dev.lockkeeper.cli;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The file in which a run says how it ended, in the form that it prints with {@code --output json}.
 *
 * @param file null when none is wanted
 */
record RunReport(@Nullable Path file) {
    static OptionSpec option() {
        return Options.text(
                Reports.REPORT,
                "FILE",
                "write what --output json prints to a file too, in place of one that is there; with --plan, the report of a"
                        + " run of this plan stays when nothing is left to do");
    }

    /**
     * The file that is named.
     *
     * @throws LockkeeperException {@code file-unreadable} when it cannot be written, before anything runs
     */
    static RunReport of(ParseResult arguments) {
        if (!arguments.hasMatchedOption(Reports.REPORT)) {
            return new RunReport(null);
        }
        Path file = Workplace.path(Options.value(arguments, Reports.REPORT, ""));
        try {
            // the report of an earlier run stays as it is until this one has ended
            Files.write(file, new byte[0], StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw Problem.of(Code.FILE_UNREADABLE, "the report cannot be written to " + file + ": " + e)
                    .help("name a file in a folder that exists and can be written to")
                    .asException(e);
        }
        return new RunReport(file);
    }

    /** Whether the file tells of a run that has done something of a plan. */
    boolean tells(String digest) {
        if (file == null) {
            return false;
        }
        try {
            String text = Files.readString(file);
            // a quotation mark within a value is escaped, so that these stand nowhere but in fields
            return text.startsWith("{\"schema\":\"lockkeeper/run/v1\"")
                    && text.contains("\"digest\":\"" + digest + "\"")
                    && text.contains("\"run\":\"");
        } catch (IOException e) {
            return false; // whatever it is, it is no report
        }
    }

    /** @throws LockkeeperException {@code file-unreadable} */
    void write(String object) {
        if (file != null) {
            Reports.write(file, "what the run has done", object + "\n");
        }
    }
}
