package dev.lockkeeper.plan;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Script;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What a script leaves in its session that no journal can keep, so that it could not go on after an interruption. */
public final class SessionNeeds {
    private SessionNeeds() {}

    /**
     * The problems that a script has when it runs statement by statement, each {@code session-needed}; none when every
     * statement would find what it needs in a new session.
     */
    public static List<Problem> of(Script script, Script.Commands commands) {
        if (commands.unrestorable().isEmpty()) {
            return List.of();
        }
        AtomicInteger last = new AtomicInteger();
        commands.forEach(statement -> last.set(statement.ordinal()));
        return commands.unrestorable().stream()
                // nothing follows the last one that could need it
                .filter(remark -> remark.ordinal() != last.get())
                .map(remark -> Problem.of(
                                Code.SESSION_NEEDED,
                                "the script runs statement by statement, and this statement needs its session: "
                                        + remark.text())
                        .at(script.place(remark.offset()))
                        .because("after an interruption the script could not go on as if there had been none"
                                + commands.byStatement().map(why -> "; " + why).orElse(""))
                        .help("move the statements that run in no transaction into a migration of their own"))
                .toList();
    }
}
