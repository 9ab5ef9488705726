package dev.lockkeeper.rehearsal;

import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.problem.ServerError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells what to do about a script that takes for granted what an empty server does not have. */
final class Missing {
    /** The messages of the embedded server are in English; for others there is no hint. */
    private static final Pattern ABSENT = Pattern.compile("^(role|schema) \"(.*)\" does not exist$");

    private static final Pattern EXTENSION =
            Pattern.compile("^extension \"(.*)\" is not available$|/extension/(\\w+)\\.control");

    private Missing() {}

    /** The same problem, with help if it is of this kind. */
    static Problem hinted(Problem problem) {
        ServerError server = problem.server();
        if (server == null || problem.help() != null) {
            return problem;
        }
        Matcher absent = ABSENT.matcher(server.message());
        if (absent.matches()) {
            return problem.help(
                    "if every database has it already, put \"create " + absent.group(1) + " " + absent.group(2)
                            + ";\" into a file and name that with --prelude FILE, or with prelude: in lockkeeper.yaml");
        }
        if (EXTENSION.matcher(server.message()).find()) {
            return problem.help(
                    "the embedded server has only the extensions that come with PostgreSQL; prove it on a server that has this"
                            + " one, in a database of its own there: --server postgresql://USER@HOST/postgres");
        }
        return problem;
    }
}
