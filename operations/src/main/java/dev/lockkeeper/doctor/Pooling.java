package dev.lockkeeper.doctor;

/** Whether somebody stands between, and for how long he lends a session. */
final class Pooling implements Check {
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
        } else if (patient.session().isLent(patient.others())) {
            chart.fact("pooler", "lends sessions for a transaction");
            chart.found(
                    Symptom.POOLER_TRANSACTION,
                    "",
                    "another session of the server is lent to each transaction",
                    "give apply, rollback and the other commands that change something the address of the server itself, or of the"
                            + " pooler in session mode; applications may stay");
        } else {
            chart.fact("pooler", "keeps a session for each connection");
        }
    }
}
