package dev.lockkeeper.source;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.sql.SqlFlaw;
import dev.lockkeeper.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Finds the one BEGIN ... COMMIT around a whole script, and refuses every other command about transactions. */
final class Wrapping {
    /** More would be no help, and each needs its place. */
    private static final int REFUSALS = 100;

    private final IntFunction<Place> places;
    private final List<Problem> refused = new ArrayList<>();
    private @Nullable Statement begin;
    /** A COMMIT that is good if it is the last statement. */
    private @Nullable Statement commit;

    private int count;

    Wrapping(IntFunction<Place> places) {
        this.places = places;
    }

    /** The flaw as the reader of a file knows it. */
    static LockkeeperException problem(SqlFlaw flaw, IntFunction<Place> places) {
        return Problem.of(flaw.code(), String.valueOf(flaw.getMessage()))
                .at(places.apply(flaw.offset()))
                .help(flaw.help())
                .asException(flaw);
    }

    void take(Statement statement) {
        count++;
        Statement earlier = commit;
        if (earlier != null) {
            commit = null;
            refuse(earlier);
        }
        switch (statement.kind()) {
            case ORDINARY, COPY_IN, COPY_OUT -> {}
            case BEGIN -> {
                if (count == 1) {
                    begin = statement;
                } else {
                    refuse(statement);
                }
            }
            case COMMIT -> commit = statement;
            case TRANSACTION -> refuse(statement);
        }
    }

    /**
     * When all statements were told: whether the pair is there.
     *
     * @throws LockkeeperException with the commands that are refused
     */
    boolean end() {
        Statement first = begin;
        Statement last = commit;
        if (first == null && last != null) {
            refuse(last);
        } else if (first != null && last == null) {
            refused.add(0, refusal(first));
        }
        if (!refused.isEmpty()) {
            throw new LockkeeperException(refused);
        }
        return isWhole();
    }

    boolean isWhole() {
        return begin != null && commit != null;
    }

    /** The two commands; none when they are not there. */
    List<Statement> pair() {
        Statement first = begin;
        Statement last = commit;
        return first == null || last == null ? List.of() : List.of(first, last);
    }

    /** @throws LockkeeperException for a directive that needs several transactions in a script that says that it is one */
    void check(Directives directives) {
        if (!isWhole() || !directives.declineTransaction()) {
            return;
        }
        boolean asked = directives.noTransaction();
        throw Problem.of(
                        Code.DIRECTIVE,
                        asked
                                ? "the script asks for no transaction, but BEGIN and COMMIT make it one"
                                : "a backfill commits each of its batches, but the script is one transaction")
                .at(places.apply(pair().get(0).start()))
                .help(
                        asked
                                ? "remove BEGIN and COMMIT, or the line -- lockkeeper:no-transaction"
                                : "remove BEGIN and COMMIT")
                .asException();
    }

    private void refuse(Statement statement) {
        if (refused.size() < REFUSALS) {
            refused.add(refusal(statement));
        }
    }

    private Problem refusal(Statement statement) {
        String command = statement.sql().lines().findFirst().orElse("");
        return Problem.of(Code.TRANSACTION_COMMAND, "the transaction command " + command + " is not allowed here")
                .at(places.apply(statement.start()))
                .because("each migration runs in one transaction of its own, together with its history row; a command"
                        + " that ends it half-way would make the history lie")
                .help("remove it, or split the script into several migrations");
    }
}
