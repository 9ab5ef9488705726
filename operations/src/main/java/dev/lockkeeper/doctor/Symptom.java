package dev.lockkeeper.doctor;

import java.util.Locale;

/** What the doctor can find: the stable codes. docs/operate/doctor.md explains each. */
public enum Symptom {
    APPROVERS_FEW(
            Part.PROJECT,
            Severity.ERROR,
            "The environment demands more approvals than there are persons who may give them: no plan passes."),
    EMERGENCY_OPEN(
            Part.PROJECT,
            Severity.WARNING,
            "A plan went through in an emergency, and not enough persons have looked at it since."),
    RECORD_UNFIT(
            Part.PROJECT,
            Severity.ERROR,
            "Somebody has altered Lockkeeper's record: something of it is gone, or its rows can be changed unseen."),
    STAGING_ONLY(
            Part.PROJECT,
            Severity.ERROR,
            "The project says that it never runs in an environment of production: apply and rollback are refused."),
    RULES_AVOIDABLE(
            Part.PROJECT,
            Severity.WARNING,
            "Rules are asked of the database at the url of an environment, or when the environment is named. This one has no url:"
                    + " whoever leaves --environment out passes them, until the record tells of runs under them."),
    PASSWORD_UNSET(
            Part.PROJECT,
            Severity.WARNING,
            "The variable that is to hold the password is not set: a password file, or no password, stands in for it."),
    DATABASE_UNREACHABLE(
            Part.CONNECTION, Severity.ERROR, "Nobody gets into the database: nothing of it was looked at."),
    TLS_OFF(
            Part.CONNECTION,
            Severity.ERROR,
            "The connection crosses a network and nothing makes sure that it is encrypted."),
    TLS_UNVERIFIED(
            Part.CONNECTION,
            Severity.WARNING,
            "The connection is encrypted, and nobody checks with whom: whoever stands between can read it."),
    POOLER_TRANSACTION(
            Part.CONNECTION,
            Severity.WARNING,
            "A pooler lends another session of the server to each transaction. Applications work with that; apply, rollback and all"
                    + " that holds the runner lock are refused."),
    POOLER_STATEMENT(
            Part.CONNECTION,
            Severity.ERROR,
            "A pooler lends another session of the server to each statement: transactions of several statements are refused, those of"
                    + " applications too."),
    CLOCK_SKEW(
            Part.CONNECTION,
            Severity.WARNING,
            "The clocks of this machine and of the server are apart: windows, retention and expiry are told by both."),
    SERVER_UNSUPPORTED(Part.SERVER, Severity.ERROR, "The server is of a version that Lockkeeper is not tested with."),
    SERVER_OUTDATED(
            Part.SERVER,
            Severity.WARNING,
            "The server lacks fixes of its own version: a later minor release is known to this Lockkeeper."),
    SERVER_STANDBY(Part.SERVER, Severity.ERROR, "The server replays another one and takes no changes."),
    READ_ONLY(Part.SERVER, Severity.ERROR, "Transactions of this login are read-only unless they say otherwise."),
    REPLICATION_ROLE(
            Part.SERVER,
            Severity.ERROR,
            "Sessions of this login begin as a replica's: triggers and foreign keys do nothing."),
    STRINGS_UNCLEAR(
            Part.SERVER,
            Severity.ERROR,
            "Sessions of this login take a backslash in a plain string for an escape: scripts with one are refused."),
    TIME_LIMIT(
            Part.SERVER,
            Severity.WARNING,
            "A limit of the server ends sessions or transactions of this login that a run needs for longer."),
    DURABILITY_OFF(
            Part.SERVER,
            Severity.ERROR,
            "What is committed can be lost, or the whole cluster, when the machine stops."),
    AUTOVACUUM_OFF(
            Part.SERVER,
            Severity.ERROR,
            "Nobody cleans up and gathers statistics; in the end the server stops taking changes."),
    WAL_MINIMAL(
            Part.SERVER,
            Severity.WARNING,
            "The server writes too little to be replicated or restored to a point in time."),
    LOCKS_FEW(
            Part.SERVER,
            Severity.WARNING,
            "A transaction that touches many tables or partitions runs out of places for locks."),
    PRIVILEGE_MISSING(Part.PRIVILEGES, Severity.ERROR, "The login lacks a privilege for what the project does there."),
    OPERATOR_MISSING(
            Part.PRIVILEGES,
            Severity.ERROR,
            "The roles of the environment do not let this login change anything: apply and rollback are refused."),
    OWNER_FOREIGN(
            Part.PRIVILEGES,
            Severity.ERROR,
            "Objects of the project belong to a role that the login is not: only an owner may alter or drop them."),
    CONNECTIONS_SHORT(
            Part.CAPACITY,
            Severity.ERROR,
            "The pools that the project declares can ask for more connections than the server, the database or the role gives."),
    CONNECTIONS_BUSY(Part.CAPACITY, Severity.WARNING, "Most of the connections of the server are in use."),
    POOL_ROLE(Part.CAPACITY, Severity.ERROR, "Nobody can log in as the role that a pool of the project names."),
    POOL_UNFIT(
            Part.CAPACITY,
            Severity.WARNING,
            "A serverless pool keeps more or longer than functions should, of which nobody knows how many run."),
    TRANSACTION_LONG(
            Part.ACTIVITY,
            Severity.WARNING,
            "A transaction has been open for long: it holds locks and keeps dead rows alive."),
    TRANSACTION_IDLE(
            Part.ACTIVITY, Severity.WARNING, "A session has left its transaction open and does nothing in it."),
    TRANSACTION_PREPARED(
            Part.ACTIVITY,
            Severity.ERROR,
            "A prepared transaction waits to be finished: it holds its locks for ever, and after a restart too."),
    WRAPAROUND(
            Part.ACTIVITY,
            Severity.ERROR,
            "The oldest row that was never frozen is so old that the server will stop taking changes if that goes on."),
    REPLICA_LAG(Part.REPLICATION, Severity.WARNING, "A replica is behind."),
    SLOT_INACTIVE(
            Part.REPLICATION,
            Severity.WARNING,
            "Nobody reads from a replication slot, which keeps the WAL for its reader."),
    SLOT_WAL(
            Part.REPLICATION,
            Severity.ERROR,
            "A replication slot holds so much WAL that the disk fills up, or has lost what it needed."),
    DISK_LOW(Part.STORAGE, Severity.ERROR, "A disk that the server writes to is nearly full."),
    CHECKSUM_FAILED(Part.STORAGE, Severity.ERROR, "The server has read pages that are not what it had written."),
    COLLATION_CHANGED(
            Part.STORAGE,
            Severity.ERROR,
            "A collation of the operating system is another version than the one that indexes were built with: they may not find"
                    + " rows, and unique ones may let two in."),
    INDEX_INVALID(
            Part.CATALOG,
            Severity.ERROR,
            "An index is not valid: it costs each write, serves no query and enforces nothing."),
    CONSTRAINT_UNVALIDATED(
            Part.CATALOG, Severity.WARNING, "A constraint was never held against the rows that were there before it."),
    TRIGGER_DISABLED(
            Part.CATALOG,
            Severity.WARNING,
            "A trigger, a rule or a foreign key is switched off, or acts in sessions of a replica alone."),
    TABLE_UNANALYZED(
            Part.CATALOG, Severity.WARNING, "A table of some size has no statistics: plans and forecasts guess."),
    TABLE_UNVACUUMED(
            Part.CATALOG,
            Severity.WARNING,
            "Autovacuum leaves a table out: its dead rows stay, and its statistics grow old."),
    SERVICE_VARIABLE_MISSING(
            Part.SERVICES, Severity.ERROR, "A service needs variables that are not set, and was not called."),
    SERVICE_VARIABLE_UNFIT(
            Part.SERVICES, Severity.ERROR, "A variable of a service is set to what cannot be its value."),
    SERVICE_FAILED(Part.SERVICES, Severity.ERROR, "A service did not answer as the manifest says that it does.");

    private final Part part;
    private final Severity severity;
    private final String meaning;

    Symptom(Part part, Severity severity, String meaning) {
        this.part = part;
        this.severity = severity;
        this.meaning = meaning;
    }

    /** How much it matters. */
    public enum Severity {
        /** Something does not work, or is lost if nobody acts. */
        ERROR,
        /** Something works worse than it should, or will not for ever. */
        WARNING;

        /** As it is printed. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Part part() {
        return part;
    }

    public Severity severity() {
        return severity;
    }

    /** Why it matters. */
    public String meaning() {
        return meaning;
    }

    /** The code as it is printed and matched by scripts. */
    public String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
