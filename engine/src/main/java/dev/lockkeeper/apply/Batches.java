package dev.lockkeeper.apply;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.source.Directive;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.sql.Placeholders;
import dev.lockkeeper.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Carries out one statement in batches of rows, from the smallest key to the largest. Each batch is one transaction with
 * the key that it came to, so an interruption loses none and repeats none.
 */
final class Batches {
    private final WorkSession work;
    private final Sender sender;
    private final Script script;
    private final Directive.Backfill backfill;
    private final Statement statement;
    private final StatementJournal journal;
    private final Waiting waiting;

    Batches(
            WorkSession work,
            Sender sender,
            Directive.Backfill backfill,
            Statement statement,
            StatementJournal journal,
            Waiting waiting) {
        this.work = work;
        this.sender = sender;
        this.script = sender.script();
        this.backfill = backfill;
        this.statement = statement;
        this.journal = journal;
        this.waiting = waiting;
    }

    /** How far it came: the number of rows, a blank, and the last key. */
    private record Position(long rows, @Nullable String key) {
        static Position of(@Nullable String text) {
            if (text == null) {
                return new Position(0, null);
            }
            int blank = text.indexOf(' ');
            return new Position(Long.parseLong(text.substring(0, blank)), text.substring(blank + 1));
        }

        @Override
        public String toString() {
            return rows + " " + key;
        }
    }

    void run() {
        Key key = key();
        long estimate = key.estimate();
        Position position = Position.of(journal.position(statement));
        long before = position.rows();
        long start = System.nanoTime();
        for (Position next = patiently(key, position); next != null; next = patiently(key, position)) {
            position = next;
            long nanos = System.nanoTime() - start;
            long left = Math.max(0, estimate - position.rows());
            Duration remaining = estimate < 0
                    ? null
                    : Duration.ofNanos(Math.round((double) nanos / (position.rows() - before) * left));
            waiting.tell(new Event.Backfilled(statement.ordinal(), position.rows(), estimate, remaining));
            LockSupport.parkNanos(backfill.pause().toNanos());
        }
        journal.done(statement, null);
    }

    /**
     * By what the rows are counted off.
     *
     * @param schema of its type, quoted: there are its operators
     * @param estimate how many rows the statistics say that there are; negative when they say nothing
     */
    private record Key(String schema, long estimate) {}

    private Key key() {
        List<@Nullable String[]> rows = ask("select pg_catalog.quote_ident(n.nspname), c.reltuples::bigint"
                + " from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid operator(pg_catalog.=) c.oid"
                + " and a.attname operator(pg_catalog.=) (pg_catalog.parse_ident(" + literal(backfill.key()) + "))[1]"
                + " join pg_catalog.pg_type t on t.oid operator(pg_catalog.=) a.atttypid"
                + " left join pg_catalog.pg_type b on b.oid operator(pg_catalog.=) t.typbasetype"
                + " join pg_catalog.pg_namespace n on n.oid operator(pg_catalog.=)"
                + " case when b.oid is null then t.typnamespace else b.typnamespace end"
                + " where c.oid operator(pg_catalog.=) pg_catalog.to_regclass(" + literal(backfill.table()) + ")");
        // without the column the query for a batch says what is wrong
        return rows.isEmpty()
                ? new Key("pg_catalog", -1)
                : new Key(String.valueOf(rows.get(0)[0]), Long.parseLong(String.valueOf(rows.get(0)[1])));
    }

    private @Nullable Position patiently(Key key, Position done) {
        AtomicReference<@Nullable Position> next = new AtomicReference<>();
        waiting.patiently(() -> sender.tally().whole(() -> next.set(batch(key, done))));
        return next.get();
    }

    private List<@Nullable String[]> ask(String sql) {
        try {
            return work.session().resolve(sql).get(0);
        } catch (SqlFailure e) {
            throw Failure.at(script, backfill.offset(), e).asException();
        }
    }

    private void send(String sql) {
        try {
            work.session().send(sql, sender.said().at(statement), sender.first());
        } catch (SqlFailure e) {
            throw Failure.at(script, statement.start(), e).asException();
        }
    }

    private @Nullable Position batch(Key key, Position done) {
        String beyond = done.key() == null
                ? ""
                : " and " + backfill.key() + " operator(" + key.schema() + ".>) " + literal(done.key());
        @Nullable
        String[] bounds = ask("with b as materialized (select " + backfill.key() + " as k from "
                        + backfill.table() + " where " + backfill.key() + " is not null" + beyond + " order by 1 limit "
                        + backfill.batch() + ") select (select k from b order by 1 limit 1)::pg_catalog.text,"
                        + " (select k from b order by 1 desc limit 1)::pg_catalog.text, (select pg_catalog.count(*) from b)")
                .get(0);
        String low = bounds[0];
        String high = bounds[1];
        if (low == null || high == null) {
            return null;
        }
        Position next = new Position(done.rows() + Long.parseLong(String.valueOf(bounds[2])), high);
        String sql = Placeholders.replace(
                statement.sql(), Map.of(Directive.Backfill.LOW, literal(low), Directive.Backfill.HIGH, literal(high)));
        String record = journal.positionSql(statement, next.toString());
        String after = record.isEmpty() ? "" : Ending.DEFERRED + Ending.pause(work.facts()) + record;
        if (sender.isWatched() && done.key() == null) {
            watched(sql, after);
        } else {
            send(sql + after);
        }
        return next;
    }

    /** The first batch, before a witness. */
    private void watched(String sql, String after) {
        sender.own("begin");
        try {
            sender.witness().before(statement, work.session());
            send(sql);
            sender.witness().after(statement, work.session());
            send(after.isEmpty() ? "commit" : after + ";commit");
        } catch (LockkeeperException e) {
            throw sender.abort(e);
        }
    }
}
