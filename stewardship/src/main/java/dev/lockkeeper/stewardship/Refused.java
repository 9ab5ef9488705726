package dev.lockkeeper.stewardship;

import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;

/** What the server refuses of rows, as a problem that says what to do. */
public final class Refused {
    private Refused() {}

    /** Never says that something was kept: the transaction aborts. */
    public static Problem problem(SqlFailure e, String message, Place place) {
        Problem problem = e.problem(message).at(place).note("kept: nothing");
        if (problem.code() == Code.STATEMENT_FAILED) {
            problem = problem.as(Code.SEED_ROW);
        }
        String state = e.error().sqlState();
        boolean hidden = state.equals("42501") && e.error().message().contains("row-level security");
        return hidden
                ? problem.help(
                        "name a role that the policies of the table let write and see these rows, with role: NAME of"
                                + " the package, or connect as one with BYPASSRLS")
                : state.equals("42501")
                        ? problem.help(
                                "grant what is missing, or name a role that has it with role: NAME of the package")
                        : problem;
    }
}
