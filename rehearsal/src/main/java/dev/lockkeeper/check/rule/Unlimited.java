package dev.lockkeeper.check.rule;

import dev.lockkeeper.sql.Reading;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Follows a limit through a script.
 *
 * @param <S> the kind of its statements
 */
final class Unlimited<S> {
    private final String setting;
    private final Predicate<Limit.Change> isTooMuch;
    private @Nullable S author;
    private boolean told;
    private boolean local;
    private int transaction;

    /** @param isTooMuch what is as good as no limit */
    Unlimited(String setting, Predicate<Limit.Change> isTooMuch) {
        this.setting = setting;
        this.isTooMuch = isTooMuch;
    }

    /** @param transaction of the statement, as an observation counts it */
    void take(S statement, Reading reading, int transaction) {
        if (local && transaction != this.transaction) {
            author = null;
            local = false;
        }
        this.transaction = transaction;
        Limit.change(reading, setting)
                // outside of a transaction SET LOCAL does nothing
                .filter(change -> !change.local() || transaction > 0)
                .ifPresent(change -> {
                    author = isTooMuch.test(change) ? statement : null;
                    local = change.local();
                    told = false;
                });
    }

    /** The statement that has taken the limit away, given once; empty while there is a limit. */
    Optional<S> author() {
        Optional<S> once = told ? Optional.empty() : Optional.ofNullable(author);
        told = true;
        return once;
    }
}
