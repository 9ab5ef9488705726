package dev.lockkeeper.cli;

/** A point in a run at which it can be held, so that a fault meets it there. */
enum Moment {
    BEFORE_LOCK("apply, while it waits for the runner lock", "apply", Hold.RUNNER_LOCK, Script.PLAIN),
    PLANNING("apply, between the lock and the plan", "apply", Hold.HISTORY, Script.PLAIN),
    STATEMENT("apply, inside a statement", "apply", Hold.GATE, Script.GATED),
    HISTORY_ROW("apply, between the script and its history row", "apply", Hold.ROW, Script.PLAIN),
    COMMIT("apply, inside COMMIT", "apply", Hold.COMMIT, Script.PLAIN),
    ANSWER("apply, after COMMIT, its answer lost", "apply", Hold.ANSWER, Script.PLAIN),
    CREATE_INDEX("apply, inside CREATE INDEX CONCURRENTLY", "apply", Hold.WRITER, Script.CREATE_INDEX),
    DROP_INDEX("apply, inside DROP INDEX CONCURRENTLY", "apply", Hold.WRITER, Script.DROP_INDEX),
    REINDEX("apply, inside REINDEX CONCURRENTLY", "apply", Hold.WRITER, Script.REINDEX),
    DETACH("apply, inside DETACH PARTITION CONCURRENTLY", "apply", Hold.READER, Script.DETACH),
    VACUUM("apply, inside VACUUM", "apply", Hold.GATE, Script.VACUUM),
    BACKFILL("apply, inside a batch of a backfill", "apply", Hold.GATE, Script.BACKFILL),
    RELEASE("apply, while it gives the lock back", "apply", Hold.RELEASE, Script.PLAIN),
    DOWN_STATEMENT("rollback, inside a statement", "rollback --to 1 --yes", Hold.GATE, Script.GATED),
    DOWN_HISTORY_ROW(
            "rollback, between the script and its history row", "rollback --to 1 --yes", Hold.ROW, Script.PLAIN),
    DOWN_COMMIT("rollback, inside COMMIT", "rollback --to 1 --yes", Hold.COMMIT, Script.PLAIN),
    DOWN_ANSWER("rollback, after COMMIT, its answer lost", "rollback --to 1 --yes", Hold.ANSWER, Script.PLAIN),
    DOWN_CREATE_INDEX(
            "rollback, inside CREATE INDEX CONCURRENTLY", "rollback --to 1 --yes", Hold.WRITER, Script.DOWN_CREATE),
    DOWN_DROP_INDEX(
            "rollback, inside DROP INDEX CONCURRENTLY", "rollback --to 1 --yes", Hold.WRITER, Script.CREATE_INDEX),
    DOWN_REINDEX("rollback, inside REINDEX CONCURRENTLY", "rollback --to 1 --yes", Hold.WRITER, Script.DOWN_REINDEX),
    DOWN_DETACH(
            "rollback, inside DETACH PARTITION CONCURRENTLY", "rollback --to 1 --yes", Hold.READER, Script.DOWN_DETACH),
    DOWN_VACUUM("rollback, inside VACUUM", "rollback --to 1 --yes", Hold.GATE, Script.DOWN_VACUUM),
    DOWN_BACKFILL("rollback, inside a batch of a backfill", "rollback --to 1 --yes", Hold.GATE, Script.BACKFILL);

    /** Held in the sixth of ten batches; a batch that ran twice would show in the sum. */
    private static final String BATCHES =
            "-- lockkeeper:backfill app.t id batch=10\nupdate app.t set n = n %s 1 where id"
                    + " between :low and :high and case when id = 55 then gate.slow(id) else id end = id;";

    private final String title;
    private final String command;
    private final Hold hold;
    private final Script script;

    Moment(String title, String command, Hold hold, Script script) {
        this.title = title;
        this.command = command;
        this.hold = hold;
        this.script = script;
    }

    /** What keeps the run at the point. */
    enum Hold {
        RUNNER_LOCK,
        HISTORY,
        GATE,
        ROW,
        COMMIT,
        ANSWER,
        WRITER,
        READER,
        RELEASE
    }

    /** The second migration. */
    enum Script {
        PLAIN("", ""),
        GATED("select gate.pass();", "select gate.pass();"),
        CREATE_INDEX("create index concurrently t_new on app.t (n, id);", "drop index concurrently app.t_new;"),
        DROP_INDEX("drop index concurrently app.t_n;", "create index t_n on app.t (n);"),
        REINDEX("reindex index concurrently app.t_n;", ""),
        DETACH(
                "alter table app.p detach partition app.p1 concurrently;",
                "alter table app.p attach partition app.p1 for values in (1);"),
        VACUUM("vacuum (analyze) app.v;", ""),
        BACKFILL(Moment.BATCHES.formatted("+"), Moment.BATCHES.formatted("-")),
        DOWN_CREATE("drop index app.t_n;", "create index concurrently t_n on app.t (n);"),
        DOWN_REINDEX("", "reindex index concurrently app.t_n;"),
        DOWN_DETACH(
                "create table app.p2 partition of app.p for values in (2);",
                "alter table app.p detach partition app.p2 concurrently;\ndrop table app.p2;"),
        DOWN_VACUUM("", "vacuum (analyze) app.v;");

        private final String up;
        private final String down;

        Script(String up, String down) {
            this.up = up;
            this.down = down;
        }

        String up() {
            return "create table app.before_two (id int);\n" + up + "\ncreate table app.step_two (id int);\n";
        }

        String down() {
            return "drop table app.step_two;\n" + down + "\ndrop table app.before_two;\n";
        }
    }

    String title() {
        return title;
    }

    String command() {
        return command;
    }

    boolean isRollback() {
        return command.startsWith("rollback");
    }

    /** Whether the second migration and its history row are one transaction. */
    boolean isTransactional() {
        return script == Script.PLAIN || script == Script.GATED;
    }

    /** Whether there is a session that runs scripts, and one that watches it. */
    boolean works() {
        return hold != Hold.RUNNER_LOCK && hold != Hold.HISTORY && hold != Hold.RELEASE;
    }

    /** Whether a step has begun. */
    boolean begins() {
        return works() || hold == Hold.RELEASE;
    }

    boolean isAnswerLost() {
        return hold == Hold.ANSWER;
    }

    /** Brings the database to where the command starts. */
    void prepare(CrashSite site) {
        site.migration(2, script.up(), script.down());
        Desk.Outcome outcome = site.run(isRollback() ? "apply" : "apply --to 1");
        if (outcome.exitCode() != 0) {
            throw new IllegalStateException(outcome.err());
        }
    }

    /** Puts up what will hold the run. */
    void arrange(CrashSite site) {
        switch (hold) {
            case RUNNER_LOCK -> site.holdRunnerLock();
            case HISTORY -> site.hold("begin; lock table lockkeeper.history");
            case GATE -> site.closeGate();
            case ROW -> {
                site.execute("create trigger hold after insert or update on lockkeeper.history for each row"
                        + " when (new.version = '2') execute function gate.row()");
                site.closeGate();
            }
            case COMMIT -> {
                site.execute("create constraint trigger hold after insert or update on lockkeeper.history deferrable"
                        + " initially deferred for each row when (new.version = '2') execute function gate.row()");
                site.closeGate();
            }
            case ANSWER -> site.proxy().leaveUnanswered((isRollback() ? "drop" : "create") + " table app.step_two");
            case WRITER -> site.hold("begin; insert into app.t values (-1, 0)");
            case READER -> site.hold("begin; select * from app.p");
            case RELEASE -> site.proxy().hold("select pg_advisory_unlock(");
        }
    }

    /** Waits until the run is held. */
    void await(CrashSite site) {
        String control = "select 1 " + CrashSite.sessions("control");
        String work = "select 1 " + CrashSite.sessions("work");
        switch (hold) {
            case RUNNER_LOCK -> site.await(control + " and query like '%pg_locks%'");
            case HISTORY -> site.await(control + " and wait_event_type = 'Lock'");
            case GATE, ROW, COMMIT -> site.await(work + " and wait_event = 'PgSleep'");
            case ANSWER ->
                site.await("select 1 where to_regclass('app.step_two') is " + (isRollback() ? "null" : "not null"));
            case WRITER, READER -> site.await(work + " and wait_event_type = 'Lock'");
            case RELEASE -> org.awaitility.Awaitility.await().until(site.proxy()::isHolding);
        }
    }
}
