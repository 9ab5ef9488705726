package dev.lockkeeper.apply;

import dev.lockkeeper.source.Script;
import dev.lockkeeper.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be known of a script before its session is asked anything, and the message that it is. It depends on nothing that
 * the scripts before it do, so it is made while the server works on them.
 */
final class Draft {
    private static final String ELAPSED =
            "(extract(epoch from clock_timestamp() - statement_timestamp()) * 1000)::bigint";

    private final Script script;
    private final Script.Commands commands;
    private final ScriptRunner.Begin begin;
    private final Closing closing;
    private final Form form;
    private final boolean byStatement;
    private final boolean commits;
    private final List<Statement> calls;
    private final boolean hides;
    private final boolean within;
    private @Nullable Written written;

    /** How a script is sent that runs in one transaction. */
    enum Form {
        /** As one message. */
        MESSAGE,
        /** As one message, which waits for what the server had to say before it commits. */
        HELD,
        /** One statement after the other. */
        STEPPED
    }

    private record Written(SessionFacts facts, Message message) {}

    /**
     * @param begin what is known of the script before it runs
     * @param closing what is added to its end
     */
    Draft(Script script, Script.Commands commands, ScriptRunner.Begin begin, Closing closing) {
        this(script, commands, begin, closing, false);
    }

    /** One that runs in a transaction which is open already and stays open. */
    static Draft within(Script script, Script.Commands commands, ScriptRunner.Begin begin, Closing closing) {
        return new Draft(script, commands, begin, closing, true);
    }

    private Draft(Script script, Script.Commands commands, ScriptRunner.Begin begin, Closing closing, boolean within) {
        this.within = within;
        this.script = script;
        this.commands = commands;
        this.begin = begin;
        this.closing = closing;
        this.form = form(commands);
        this.byStatement =
                begin != ScriptRunner.Begin.FRESH || commands.byStatement().isPresent();
        List<Statement> suspects =
                byStatement || commands.demandsTransaction() || commands.isLarge() ? List.of() : commands.statements();
        this.calls = suspects.stream().filter(Alone::calls).toList();
        this.commits = suspects.stream().anyMatch(Alone::commits)
                || (!calls.isEmpty() && suspects.stream().anyMatch(Alone::makesCommitting));
        this.hides = commands.customSettings().mayLeaveHiddenState();
    }

    private static Form form(Script.Commands commands) {
        if (commands.isLarge()
                || commands.hasCopyData()
                || commands.sendsCopyData()
                || commands.statements().stream().anyMatch(Resetting::is)) {
            return Form.STEPPED;
        }
        return commands.grants() ? Form.HELD : Form.MESSAGE;
    }

    Script script() {
        return script;
    }

    Script.Commands commands() {
        return commands;
    }

    ScriptRunner.Begin begin() {
        return begin;
    }

    Closing closing() {
        return closing;
    }

    Form form() {
        return form;
    }

    /** Whether it may leave in its session what nothing shows and nothing takes back. */
    boolean hides() {
        return hides;
    }

    /** Whether it runs in one transaction, as far as is known before it runs; asks the session where it calls procedures. */
    boolean isWhole(WorkSession work) {
        return !byStatement && !commits && calls.stream().noneMatch(call -> Alone.mayCommit(work.session(), call));
    }

    /** Writes the message, if it will be one, for the session as it is. */
    Draft write(WorkSession work) {
        if (form != Form.STEPPED && !byStatement) {
            message(work);
        }
        return this;
    }

    /** The statement that lets what is deferred to the end of a transaction have its turn. */
    String deferred() {
        return within ? Ending.DEFERRED_WITHIN : Ending.DEFERRED;
    }

    /** The message for the session as it is, which may be another one by now. */
    Message message(WorkSession work) {
        SessionFacts facts = work.facts();
        Written known = written;
        if (known == null || !known.facts().equals(facts)) {
            List<String> preamble = new ArrayList<>(form == Form.HELD && !within ? List.of("begin") : List.of());
            preamble.addAll(work.preamble(facts));
            known = new Written(
                    facts,
                    Message.of(preamble, commands, deferred(), Ending.script(facts, false, closing.sql(ELAPSED))));
            written = known;
        }
        return known.message();
    }
}
