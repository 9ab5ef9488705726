package dev.lockkeeper.apply;

import dev.lockkeeper.database.Notice;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.sql.Statement;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** What the server says beside its answers while one script runs: it is told, and what it could not grant is kept in mind. */
final class Said {
    private final Script script;
    private final Script.Commands commands;
    private final Consumer<Event> listener;
    private @Nullable Problem withoutRight;

    Said(Script script, Script.Commands commands, Consumer<Event> listener) {
        this.script = script;
        this.commands = commands;
        this.listener = listener;
    }

    /** Hears what is said while a statement is at work. */
    Consumer<Notice> at(Statement statement) {
        return notice -> hear(notice, completed -> script.place(statement.start()));
    }

    /** Hears what is said while a message is at work. */
    Consumer<Notice> during(Message message) {
        return notice -> hear(notice, completed -> message.place(script, completed));
    }

    /** Hears what is said at no statement of the script. */
    Consumer<Notice> elsewhere() {
        return notice -> hear(notice, completed -> null);
    }

    private void hear(Notice notice, IntFunction<@Nullable Place> places) {
        // to look up a place reads the file, and there may be a million notices
        @Nullable Place place = notice.isWarning() ? places.apply(notice.completed()) : null;
        Place at = place == null ? Place.of(script.file()) : place;
        listener.accept(new Event.Said(notice, at));
        if (notice.isWithoutRight()
                && withoutRight == null
                && !commands.directives().accepted().contains(notice.sqlState())) {
            withoutRight = Problem.of(
                            Code.NOT_GRANTED, "the server did not do it, for want of the right: " + notice.message())
                    .at(at)
                    .because("it only warns of that, with SQLSTATE " + notice.sqlState())
                    .help("let the owner of the object grant it, or accept it with the line" + " -- lockkeeper:accept "
                            + notice.sqlState());
        }
    }

    /**
     * To be asked before a transaction commits.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code not-granted}
     */
    void requireGranted() {
        if (withoutRight != null) {
            throw withoutRight.asException();
        }
    }
}
