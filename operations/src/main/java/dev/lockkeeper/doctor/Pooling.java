package dev.lockkeeper.doctor;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;

/** Whether somebody stands between, and for how long he lends a session. */
final class Pooling implements Check {
    private static final String DIRECT =
            "give apply, rollback and the other commands that change something the address of the server itself, or of the pooler in"
                    + " session mode";

    @Override
    public String what() {
        return "the pooler and its mode";
    }

    @Override
    public Part part() {
        return Part.CONNECTION;
    }

    @Override
    public void look(Patient patient, Chart chart) {
        if (!patient.session().isPooled()) {
            chart.fact("pooler", "none");
        } else if (!patient.session().isLent(patient.others())) {
            chart.fact("pooler", "keeps a session for each connection");
        } else if (takesTransactions(patient)) {
            chart.fact("pooler", "lends sessions for a transaction");
            chart.found(
                    Symptom.POOLER_TRANSACTION,
                    "",
                    "another session of the server is lent to each transaction",
                    DIRECT + "; applications may stay");
        } else {
            chart.fact("pooler", "lends sessions for a statement");
            chart.found(
                    Symptom.POOLER_STATEMENT,
                    "",
                    "another session of the server is lent to each statement",
                    "let the pooler lend sessions for a transaction (pool_mode = transaction of PgBouncer), and "
                            + DIRECT);
        }
    }

    /** Refused by a pooler that lends a session to each statement, which may end the connection. */
    private static boolean takesTransactions(Patient patient) {
        try (Session session = patient.others().get()) {
            session.execute("begin");
            session.execute("rollback");
            return true;
        } catch (SqlFailure e) {
            return false;
        }
    }
}
