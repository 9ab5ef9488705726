package dev.lockkeeper.apply;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
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
    private final Session session;
    private final Script script;
    private final Directive.Backfill backfill;
    private final Statement statement;
    private final StatementJournal journal;
    private final Waiting waiting;

    Batches(
            Session session,
            Script script,
            Directive.Backfill backfill,
            Statement statement,
            StatementJournal journal,
            Waiting waiting) {
        this.session = session;
        this.script = script;
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
        long estimate = estimate();
        Position position = Position.of(journal.position(statement));
        long before = position.rows();
        long start = System.nanoTime();
        for (Position next = patiently(position); next != null; next = patiently(position)) {
            position = next;
            long nanos = System.nanoTime() - start;
            long left = Math.max(0, estimate - position.rows());
            Duration remaining = estimate < 0
                    ? null
                    : Duration.ofNanos(Math.round((double) nanos / (position.rows() - before) * left));
            waiting.tell(new Event.Backfilled(statement.ordinal(), position.rows(), estimate, remaining));
            LockSupport.parkNanos(backfill.pause().toNanos());
        }
        journal.done(statement);
    }

    /** What the statistics say; negative when they say nothing. */
    private long estimate() {
        List<@Nullable String[]> rows = ask("select reltuples::bigint from pg_catalog.pg_class where oid ="
                + " pg_catalog.to_regclass(" + literal(backfill.table()) + ")");
        return rows.isEmpty() ? -1 : Long.parseLong(String.valueOf(rows.get(0)[0]));
    }

    private @Nullable Position patiently(Position done) {
        AtomicReference<@Nullable Position> next = new AtomicReference<>();
        waiting.patiently(() -> next.set(batch(done)));
        return next.get();
    }

    private List<@Nullable String[]> ask(String sql) {
        try {
            return session.query(sql);
        } catch (SqlFailure e) {
            throw Failure.at(script, backfill.offset(), e).asException();
        }
    }

    private void send(String sql) {
        try {
            session.execute(sql);
        } catch (SqlFailure e) {
            throw Failure.at(script, statement.start(), e).asException();
        }
    }

    private @Nullable Position batch(Position done) {
        String after = done.key() == null ? "" : " and " + backfill.key() + " > " + literal(done.key());
        @Nullable
        String[] bounds = ask("with b as materialized (select " + backfill.key() + " as k from "
                        + backfill.table() + " where " + backfill.key() + " is not null" + after + " order by 1 limit "
                        + backfill.batch() + ") select (select k from b order by 1 limit 1)::text,"
                        + " (select k from b order by 1 desc limit 1)::text, (select count(*) from b)")
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
        send(record.isEmpty() ? sql : sql + "\n;set local role none;" + record);
        return next;
    }
}
