package dev.lockkeeper.apply;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.ScriptSession;

/**
 * The SQL that ends a script or one of its statements within its transaction. Deferred constraints and triggers have their
 * turn first, while the session is as the script left it. What follows is Lockkeeper's own, and resolves nothing by the path
 * of the script.
 */
final class Ending {
    /** What is deferred to the end of the transaction (manual, "SET CONSTRAINTS"). */
    static final String DEFERRED = "\n;set constraints all immediate;";

    /**
     * Whoever the script was and whatever it has set. Settings go back here, because default_transaction_read_only would
     * already bind the transaction in which the next script resets it. RESET ROLE goes to the role with which the connection
     * began, be it another than the login's own (manual, "SET ROLE").
     */
    private static final String ONESELF =
            "set session authorization default;reset role;reset all;" + ScriptSession.TRUSTED;

    /** What RESET ALL leaves: all of it is allowed in a transaction, and none of it asks the server for more. */
    private static final String CLEAR =
            "deallocate all;close all;unlisten *;discard sequences;" + "select pg_catalog.pg_advisory_unlock_all()";

    private Ending() {}

    /**
     * An expression: whether the session holds what {@link #CLEAR} does not clear away, or would begin otherwise if it were
     * opened now. For a path of {@code pg_catalog}.
     */
    static String spoilt(SessionFacts facts) {
        return "(pg_my_temp_schema() <> 0 or " + SessionFacts.ROLE_SETTINGS + " <> " + literal(facts.roleSettings())
                + ")";
    }

    /**
     * Ends a script. A server that no longer looks after its client would go on with the record for a run that was killed.
     *
     * @param closing own statements; may be empty
     */
    static String script(SessionFacts facts, String closing) {
        return ONESELF + facts.liveness() + (closing.isEmpty() ? "" : closing + ";") + CLEAR;
    }

    /**
     * Before own statements that follow a statement of a script which goes on afterwards: until the end of the transaction the
     * session is its own user, in the role with which it began.
     */
    static String pause(SessionFacts facts) {
        String role = facts.role().equals("none") ? "none" : identifier(facts.role());
        return "set local session authorization default;set local role " + role + ";" + ScriptSession.TRUSTED
                + facts.liveness();
    }
}
