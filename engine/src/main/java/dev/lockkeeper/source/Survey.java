package dev.lockkeeper.source;

import dev.lockkeeper.problem.Place;
import dev.lockkeeper.sql.CustomSettings;
import dev.lockkeeper.sql.Grants;
import dev.lockkeeper.sql.Needles;
import dev.lockkeeper.sql.Outside;
import dev.lockkeeper.sql.ScriptVisitor;
import dev.lockkeeper.sql.Statement;
import dev.lockkeeper.sql.Unrestorable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;

/** Collects while a script is read what has to be known of it before it runs, but not its statements. */
final class Survey implements ScriptVisitor {
    private final Wrapping wrapping;
    private final Directives.Reader directives;
    private final List<Script.Remark> outside = new ArrayList<>();
    private final List<Script.Remark> unrestorable = new ArrayList<>();
    private final Set<String> settings = new TreeSet<>();
    private boolean unnamed;
    private boolean hidden;
    private boolean copiesIn;
    private boolean copiesOut;
    private boolean grants;
    private int count;

    Survey(IntFunction<Place> places) {
        wrapping = new Wrapping(places);
        directives = new Directives.Reader(places);
    }

    @Override
    public void statement(Statement statement) {
        count++;
        wrapping.take(statement);
        directives.statement(statement);
        copiesIn |= statement.kind() == Statement.Kind.COPY_IN;
        copiesOut |= statement.kind() == Statement.Kind.COPY_OUT;
        if (Needles.OF_SESSIONS.occurIn(statement.sql())) {
            grants = grants || Grants.in(statement);
            CustomSettings made = CustomSettings.in(List.of(statement));
            settings.addAll(made.names());
            unnamed |= made.unnamed();
            hidden |= made.mayLeaveHiddenState();
            Unrestorable.in(statement).ifPresent(said -> unrestorable.add(remark(statement, said)));
        }
        Outside.reason(statement).ifPresent(said -> outside.add(remark(statement, said)));
    }

    private static Script.Remark remark(Statement statement, String said) {
        return new Script.Remark(statement.ordinal(), statement.start(), said);
    }

    @Override
    public void comment(int start, String text, boolean ownLine) {
        directives.comment(start, text);
    }

    /** @throws dev.lockkeeper.problem.LockkeeperException for commands about transactions and directives that are refused */
    StreamedCommands commands(StreamedBody body, boolean declines, int backslash) {
        boolean whole = wrapping.end(false);
        Directives told = directives.end();
        wrapping.check(told);
        return new StreamedCommands(
                body,
                count,
                told,
                whole,
                (declines && !whole) || told.declineTransaction(),
                backslash,
                copiesIn,
                copiesOut,
                grants,
                new CustomSettings(settings, unnamed, hidden),
                outside,
                unrestorable);
    }
}
