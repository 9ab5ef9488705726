package dev.lockkeeper.doctor;

/** Looks at one side of a database. */
interface Check {
    /** What it looks at, for when it cannot. */
    String what();

    Part part();

    /** Writes down what it sees. An error of the server is written down by who calls. */
    void look(Patient patient, Chart chart);
}
