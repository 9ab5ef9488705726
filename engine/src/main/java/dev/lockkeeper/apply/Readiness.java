package dev.lockkeeper.apply;

import dev.lockkeeper.plan.SessionNeeds;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Whether a script can be run so that it can also be gone on with, found out before anything of it is kept. */
final class Readiness {
    /** Commands that do nothing outside of the transaction: a second attempt finds what the first one found. */
    private static final Set<String> UNDONE = Set.of(
            "create", "alter", "drop", "comment", "grant", "revoke", "set", "reset", "reindex", "cluster", "security");

    /** What may do more than that even so: it runs functions. */
    private static final Pattern CALLS = Pattern.compile("(?i)\\b(select|execute|nextval|setval|dblink\\w*)\\b");

    /** Commands that run in a transaction or in none, as the catalog has it: what is refused inside of another stays so. */
    private static final Set<String> MAYBE = Set.of("alter", "call", "cluster", "create", "drop", "reindex");

    private static final Pattern STYLE = Pattern.compile(
            "(?is)(^set\\s+((session|local)\\s+)?|\\bset_config\\s*\\(\\s*')datestyle\\b[^;]*?\\b(german|sql|postgres|postgresql)\\b");

    private Readiness() {}

    private static String word(Statement statement) {
        return statement.words().isEmpty() ? "" : statement.words().get(0);
    }

    /**
     * @throws LockkeeperException {@code session-needed} for what a script that runs statement by statement leaves in its
     *     session and no journal can keep, {@code strings-unclear} where the database reads plain strings otherwise than the
     *     script is read
     */
    static void require(Script script, Script.Commands commands, ScriptRunner.Manner manner, SessionFacts facts) {
        if (!facts.standardStrings() && commands.plainBackslash() >= 0) {
            throw Problem.of(
                            Code.STRINGS_UNCLEAR,
                            "standard_conforming_strings is off for this user and database, and a plain string of the"
                                    + " script holds a backslash")
                    .at(script.place(commands.plainBackslash()))
                    .because("the script is read with the setting on, as every server since 9.1 has it")
                    .help(
                            "write E'...' for strings with escapes, or set standard_conforming_strings to on for the role and"
                                    + " the database")
                    .asException();
        }
        requireStyle(script, commands, manner);
        if (manner == ScriptRunner.Manner.TRANSACTION) {
            return;
        }
        List<Problem> problems = SessionNeeds.of(script, commands);
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems);
        }
    }

    /** At the end of a message the driver gives a session up that is in another date style than ISO. */
    private static void requireStyle(Script script, Script.Commands commands, ScriptRunner.Manner manner) {
        boolean many = manner == ScriptRunner.Manner.STATEMENTS || commands.hasCopyData() || commands.sendsCopyData();
        if (!many || commands.isLarge()) {
            return;
        }
        commands.statements().stream()
                .filter(statement -> STYLE.matcher(statement.sql()).find())
                .findFirst()
                .ifPresent(statement -> {
                    throw Problem.of(
                                    Code.TEXT_SETTING,
                                    "the script sets another date style than ISO, and is sent in several messages")
                            .at(script.place(statement.start()))
                            .because("the driver gives up a session that is in another style at the end of a message")
                            .help("set the order of day and month alone, which is what changes the data:"
                                    + " set datestyle = 'ISO, DMY'")
                            .asException();
                });
    }

    /**
     * After a refusal that no text could tell: nothing was kept of the transaction. What a script does beside it, such as with
     * sequences, would happen twice, so it must not have done anything of that kind.
     *
     * @throws LockkeeperException the refusal, when the script is not run again statement by statement
     */
    static void requireRepeatable(Script.Commands commands, Failure refused) {
        if (commands.demandsTransaction()) {
            throw refused.inTransaction();
        }
        int at = refused.statement(commands.statements());
        boolean undone = at >= 0
                && commands.statements().subList(0, at).stream()
                        .allMatch(s -> !s.words().isEmpty()
                                && UNDONE.contains(s.words().get(0))
                                && !CALLS.matcher(s.sql()).find());
        if (!undone || !MAYBE.contains(word(commands.statements().get(at)))) {
            throw refused.outside();
        }
    }
}
