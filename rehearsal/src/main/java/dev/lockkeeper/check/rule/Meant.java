package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.observation.Lock;
import dev.lockkeeper.sql.Reading;
import java.util.stream.Stream;

/** Which relation a name in a text means, as far as names can tell. */
final class Meant {
    private Meant() {}

    /** Whether a name of the text, without its quotes, can mean a relation, which is named as the server quotes it. */
    static boolean fits(String name, String relation) {
        Reading quoted = Reading.of(relation);
        String last = quoted.name(quoted.size() - 1);
        String first = quoted.size() > 1 ? quoted.name(0) + "." : "";
        return name.equals(last) || name.equals(first + last);
    }

    /** The name of a relation without its schema and quotes. */
    static String bare(String relation) {
        Reading quoted = Reading.of(relation);
        return quoted.name(quoted.size() - 1);
    }

    /** The locks on old relations that the transaction of a statement holds before it, or together with it. */
    static Stream<Lock> held(Rehearsed migration, Done done, boolean together) {
        int transaction = done.seen().transaction();
        int last = done.seen().statement().ordinal();
        return transaction == 0
                ? Stream.empty()
                : migration.statements().stream()
                        .filter(one -> one.seen().transaction() == transaction)
                        .filter(one -> one.seen().statement().ordinal() < (together ? last + 1 : last))
                        .flatMap(Done::locks)
                        .filter(lock -> !lock.isOnIndex());
    }
}
