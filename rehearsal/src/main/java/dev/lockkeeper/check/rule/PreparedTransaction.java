package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import java.util.List;
import java.util.Set;

/** TX07. The runner refuses it before it sends anything (transaction-command), with a server or without. */
public final class PreparedTransaction implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "TX07",
                "transaction prepared by a script",
                Severity.ERROR,
                """
                PREPARE TRANSACTION parts the work from the session: its locks outlive the connection, the server and every restart, and \
                vacuum cleans up nothing behind it, until somebody finds it and says COMMIT PREPARED.""",
                "remove it; two-phase commit is for transaction managers",
                List.of(new RuleText.Example(
                        "create table t (id bigint);",
                        "alter table t add a int; prepare transaction 'later';",
                        "alter table t add a int;")));
    }

    @Override
    public Set<String> refusals() {
        return Set.of("transaction-command");
    }
}
