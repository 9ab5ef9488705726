package dev.lockkeeper.apply;

import static dev.lockkeeper.database.Quote.identifier;

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
     * The same where the transaction goes on with another script: afterwards each constraint is what a new transaction finds it to
     * be. In the path and role of the script.
     */
    static final String DEFERRED_WITHIN =
            "\n;do $lockkeeper$ declare can pg_catalog.text; begins pg_catalog.text; begin"
                    + " select pg_catalog.string_agg(distinct one.name, ', '), pg_catalog.string_agg(distinct one.name, ', ')"
                    + " filter (where one.condeferred) into can, begins from (select pg_catalog.format('%I.%I', n.nspname,"
                    + " c.conname) as name, c.condeferred from pg_catalog.pg_constraint c join pg_catalog.pg_namespace n on n.oid"
                    + " operator(pg_catalog.=) c.connamespace where c.condeferrable and not exists (select from"
                    + " pg_catalog.pg_constraint o where o.connamespace operator(pg_catalog.=) c.connamespace and o.conname"
                    + " operator(pg_catalog.=) c.conname and not o.condeferrable)) one; if can is not null then execute"
                    + " 'set constraints ' operator(pg_catalog.||) can operator(pg_catalog.||) ' immediate'; end if; if begins is"
                    + " not null then execute 'set constraints ' operator(pg_catalog.||) begins operator(pg_catalog.||)"
                    + " ' deferred'; end if; end $lockkeeper$;";

    /** Between two scripts of one transaction: makes the session what a new one is, as far as a transaction can. */
    static final String BETWEEN = "set session authorization default;reset role;reset all;discard temp";

    /**
     * Whoever the script was and whatever it has set. Settings go back here, because default_transaction_read_only would
     * already bind the transaction in which the next script resets it. RESET ROLE goes to the role with which the connection
     * began, be it another than the login's own (manual, "SET ROLE").
     */
    private static final String ONESELF =
            "set session authorization default;reset role;reset all;" + ScriptSession.TRUSTED;

    /** What RESET ALL leaves: all of it is allowed in a transaction. The question gives advisory locks back. */
    private static final String CLEAR = "deallocate all;close all;unlisten *;discard sequences;";

    /** Gives advisory locks back, and asks for a temporary schema, which cannot be given back. */
    private static final String LEFT = "pg_advisory_unlock_all() is null or pg_my_temp_schema() <> 0";

    private Ending() {}

    /**
     * Asks whether the session has a temporary schema, or would begin otherwise if it were opened now: then a row is counted.
     * The rows of a plain query would have to be kept in memory with those of the script.
     */
    private static String question(String query) {
        return "declare lockkeeper_left cursor for " + query + ";move all lockkeeper_left";
    }

    /**
     * Ends a script; a row that the end counts says that the session is not as new. A server that no longer looks after its
     * client would go on with the record for a run that was killed.
     *
     * @param everybody whether what other sessions or transactions have changed counts too
     * @param closing own statements; may be empty
     */
    static String script(SessionFacts facts, boolean everybody, String closing) {
        RoleSettings settings = facts.roleSettings();
        return ONESELF
                + facts.liveness()
                + (closing.isEmpty() ? "" : closing + ";")
                + CLEAR
                + question(everybody ? settings.changed(LEFT) : settings.changedHere(LEFT));
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
