package dev.lockkeeper.source;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.sql.SessionChange;
import dev.lockkeeper.sql.SqlFlaw;
import dev.lockkeeper.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds the transactions that a script writes itself: the one BEGIN ... COMMIT around all of it, or several that stand side by side,
 * and refuses every other command about transactions.
 */
final class Wrapping {
    /** More would be no help, and each needs its place. */
    private static final int REFUSALS = 100;

    private final IntFunction<Place> places;
    private final List<Problem> refused = new ArrayList<>();
    /** The first and the last statement of each transaction. */
    private final List<List<Statement>> pairs = new ArrayList<>();

    private @Nullable Statement open;
    private boolean local;
    private boolean lasting;
    /** The end of the first transaction that sets something for itself and something for later. */
    private @Nullable Statement mixed;

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
        Statement begin = open;
        switch (statement.kind()) {
            case ORDINARY, COPY_IN, COPY_OUT -> {
                local |= begin != null && SessionChange.endsWithTransaction(statement);
                lasting |= begin != null && SessionChange.outlivesTransaction(statement);
            }
            case BEGIN -> {
                if (begin != null) {
                    refuse(statement);
                } else {
                    open = statement;
                    local = false;
                    lasting = false;
                }
            }
            case COMMIT -> {
                if (begin == null) {
                    refuse(statement);
                } else {
                    pairs.add(List.of(begin, statement));
                    mixed = mixed == null && local && lasting ? statement : mixed;
                    open = null;
                }
            }
            case TRANSACTION -> refuse(statement);
        }
    }

    /**
     * When all statements were told: whether there is one pair around all of them.
     *
     * @param held whether the script is held in memory, as what has transactions of its own must be
     * @throws LockkeeperException with the commands that are refused
     */
    boolean end(boolean held) {
        Statement begin = open;
        if (begin != null) {
            refused.add(0, refusal(begin));
        }
        if (!isWhole() && !pairs.isEmpty() && !held) {
            refused.add(refusal(pairs.get(0).get(0))
                    .because("of a file of more than 4 MiB only the whole can be a transaction"));
        } else if (!isWhole() && mixed != null) {
            refused.add(refusal(mixed)
                    .because("its transaction sets something for itself and something for later: after an interruption"
                            + " nobody could tell which is which"));
        }
        if (!refused.isEmpty()) {
            throw new LockkeeperException(refused);
        }
        return isWhole();
    }

    boolean isWhole() {
        return pairs.size() == 1
                && pairs.get(0).get(0).ordinal() == 1
                && pairs.get(0).get(1).ordinal() == count;
    }

    /** The two commands around the whole script; none when they are not there. */
    List<Statement> pair() {
        return isWhole() ? pairs.get(0) : List.of();
    }

    /** @throws LockkeeperException for a directive that needs several transactions in what the script says is one */
    void check(Directives directives) {
        for (List<Statement> pair : pairs) {
            boolean asked = directives.noTransaction() && isWhole();
            boolean cut = directives.backfills().keySet().stream()
                    .anyMatch(n -> n > pair.get(0).ordinal() && n < pair.get(1).ordinal());
            if (asked || cut) {
                throw Problem.of(
                                Code.DIRECTIVE,
                                asked
                                        ? "the script asks for no transaction, but BEGIN and COMMIT make it one"
                                        : "a backfill commits each of its batches, but BEGIN and COMMIT around it make one"
                                                + " transaction")
                        .at(places.apply(pair.get(0).start()))
                        .help(
                                asked
                                        ? "remove BEGIN and COMMIT, or the line -- lockkeeper:no-transaction"
                                        : "remove BEGIN and COMMIT")
                        .asException();
            }
        }
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
                .because(
                        "only BEGIN ... COMMIT, without options and in pairs, can be followed by the history; anything else"
                                + " would make it lie")
                .help("remove it, or split the script into several migrations");
    }
}
