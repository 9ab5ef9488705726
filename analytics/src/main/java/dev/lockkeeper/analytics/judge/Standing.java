package dev.lockkeeper.analytics.judge;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.state.Instants;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether the definition of a rollup is the one that its database has taken on last: two processes with two definitions would compute
 * everything anew in turns. What it asks and writes belongs to whoever computes.
 */
public record Standing(Site site, Rollup rollup) {
    private record Last(boolean own, boolean known, String version, Instant since) {}

    /**
     * Why the definition is not to be used; empty for the newest one, and for one that the database has never seen.
     *
     * @throws dev.lockkeeper.database.SqlFailure when who computes may not ask
     */
    Optional<Problem> problem() {
        return last().flatMap(this::problem);
    }

    private Optional<Problem> problem(Last newest) {
        return Optional.of(newest)
                .filter(last -> !last.own() && last.known())
                .map(last -> Problem.of(
                                Code.ANALYTICS_UNFIT,
                                "the definition of rollup " + rollup.name()
                                        + " is older than the one that its sums are made by")
                        .at(rollup.place())
                        .because("another one was taken on at " + last.since() + ", by version " + last.version()
                                + " of Lockkeeper, after this one")
                        .help("let this process use the newer definition, or end it; to go back to this one for good:"
                                + " lockkeeper analytics run " + rollup.name() + " --accept-definition"));
    }

    /**
     * Takes a definition on that the database has never seen. Whoever does it holds the lock of the rollup.
     *
     * @param version of this program
     * @throws LockkeeperException {@code analytics-unfit} when the database knows a newer one
     */
    public void takeOn(String version) {
        if (!requireNewest()) {
            insert(version);
        }
    }

    /** Makes the definition the newest one, whatever the database knows. */
    public void renew(String version) {
        if (last().filter(Last::own).isEmpty()) {
            insert(version);
        }
    }

    private void insert(String version) {
        site.execute("insert into " + site.table("rollup_definition")
                + " (rollup, definition_hash, app_version) values (" + literal(rollup.name()) + ", "
                + literal(rollup.hash()) + ", " + literal(version) + ")");
    }

    /**
     * Passes only the newest definition, and one that the database has never seen.
     *
     * @return whether it is the newest; false for one that the database has never seen
     * @throws LockkeeperException {@code analytics-unfit} when the database knows a newer one
     */
    public boolean requireNewest() {
        Optional<Last> last = last();
        last.flatMap(this::problem).ifPresent(problem -> {
            throw new LockkeeperException(List.of(problem));
        });
        return last.filter(Last::own).isPresent();
    }

    private Optional<Last> last() {
        String own = literal(rollup.hash());
        String of = site.table("rollup_definition") + " d where d.rollup = " + literal(rollup.name());
        return site
                .query("select d.definition_hash = " + own + ", exists (select from " + of
                        + " and d.definition_hash = " + own + "), d.app_version, "
                        + Instants.seconds("date_trunc('second', d.accepted_at)") + " from " + of
                        + " order by d.definition_id desc limit 1")
                .stream()
                .map(Standing::read)
                .findFirst();
    }

    private static Last read(@Nullable String[] row) {
        return new Last("t".equals(row[0]), "t".equals(row[1]), String.valueOf(row[2]), Instants.read(row[3]));
    }
}
