package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import java.util.List;
import java.util.Set;

/** TX03. The runner refuses such a script before it sends anything (transaction-command), with a server or without; nothing is left to look for. */
public final class OpenTransaction implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "TX03",
                "transaction left open at the end",
                Severity.ERROR,
                """
                BEGIN without COMMIT: a runner that sends the script as it is takes it for done, and the server throws everything away when the \
                connection closes, or holds all locks until then.""",
                "remove BEGIN: each migration runs in a transaction anyway",
                List.of(new RuleText.Example(
                        "create table t (id bigint);", "begin; alter table t add a int;", "alter table t add a int;")));
    }

    @Override
    public Set<String> refusals() {
        return Set.of("transaction-command");
    }
}
