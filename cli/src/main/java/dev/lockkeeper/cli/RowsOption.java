package dev.lockkeeper.cli;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.rows.RowSource;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The option that says which rows a throw-away database has. */
final class RowsOption {
    private static final String ROWS = "--rows";
    private static final String NONE = "none";
    private static final String GENERATED = "generated";

    private RowsOption() {}

    /** For a command that proves: rows are made unless something else is said. */
    static OptionSpec proving() {
        return Options.repeated(
                ROWS,
                "ROWS",
                "the rows with which each migration is proven once more: generated from the catalogs, none, or the name of a"
                        + " file of SQL, which may be repeated (default: generated)");
    }

    /** For a command that observes: there are none unless it is said. */
    static OptionSpec observing() {
        return Options.text(
                ROWS,
                "ROWS",
                "rows for the tables before what is told begins, after those of --data: generated from the catalogs, or none"
                        + " (default: none)");
    }

    /** Which rows a command that proves has. */
    static RowSource proving(ParseResult arguments) {
        List<String> values = Options.values(arguments, ROWS);
        return values.isEmpty() ? new RowSource.Generated() : of(values);
    }

    /** Which rows a command that observes has. */
    static RowSource observing(ParseResult arguments) {
        String value = Options.value(arguments, ROWS, NONE);
        if (!value.equals(NONE) && !value.equals(GENERATED)) {
            throw Problem.of(Code.USAGE, ROWS + " " + value + " is not known here")
                    .help("use " + ROWS + " generated or none; rows of a file come with --data")
                    .asException();
        }
        return of(List.of(value));
    }

    private static RowSource of(List<String> values) {
        if (values.equals(List.of(NONE))) {
            return new RowSource.None();
        }
        if (values.equals(List.of(GENERATED))) {
            return new RowSource.Generated();
        }
        if (values.contains(NONE) || values.contains(GENERATED)) {
            throw Problem.of(Code.USAGE, ROWS + " names several kinds of rows")
                    .help("use one of: " + ROWS + " generated, " + ROWS
                            + " none, or files; a file of that name is ./none")
                    .asException();
        }
        return new RowSource.Given(values.stream()
                .map(file -> Subject.script(Workplace.path(file)))
                .toList());
    }
}
