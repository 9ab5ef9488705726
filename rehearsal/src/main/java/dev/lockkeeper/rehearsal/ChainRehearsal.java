package dev.lockkeeper.rehearsal;

import dev.lockkeeper.catalog.Catalog;
import dev.lockkeeper.catalog.Comparison;
import dev.lockkeeper.catalog.Difference;
import dev.lockkeeper.catalog.Excerpt;
import dev.lockkeeper.catalog.Fingerprint;
import dev.lockkeeper.catalog.Surroundings;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Script;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Takes the whole history of a component down and up again. */
final class ChainRehearsal {
    private final World world;
    private final String component;
    private final List<Migration> migrations;

    ChainRehearsal(World world, String component, List<Migration> migrations) {
        this.world = world;
        this.component = component;
        this.migrations = migrations;
    }

    /**
     * Walks down and up in a copy, so that the main database stays as it is to be compared with. What no copy takes along
     * can be taken back only once for the whole server, so when the history has made any of it, the walk is in the main
     * database itself, and what is to be compared with is read before.
     *
     * @param top the state that the main database is in
     */
    ChainProof run(Fingerprint top) {
        Catalog catalog = world.catalog();
        boolean inMain = Shared.anyOf(migrations)
                || !top.moment().surroundings().equals(world.bottom().moment().surroundings());
        String walked = inMain ? world.main() : world.copy(top.moment());
        try (Session session = world.open(walked)) {
            Surroundings aroundTop = world.around().at(catalog.moment(session), session);
            if (inMain) {
                Excerpt kept = catalog.excerpt(session);
                return walk(session, aroundTop, now -> catalog.compare(kept, top, session, now));
            }
            try (Session main = world.open()) {
                return walk(session, aroundTop, now -> catalog.compare(main, top, session, now));
            }
        }
    }

    private ChainProof walk(Session session, Surroundings aroundTop, Function<Fingerprint, Comparison> compareTop) {
        Catalog catalog = world.catalog();
        List<Migration> newestFirst = new ArrayList<>(migrations);
        Collections.reverse(newestFirst);
        for (Migration migration : newestFirst) {
            Script script = migration.down();
            if (script == null) {
                return new ChainProof(component, Verdict.NO_DOWN, null, version(migration), List.of(), null, 0);
            }
            try {
                Rehearsal.run(session, script);
            } catch (LockkeeperException e) {
                return stopped(Verdict.DOWN_FAILS, null, version(migration), List.of(), e);
            }
        }
        Fingerprint down = catalog.fingerprint(session);
        Comparison bottom = world.fromBottom(session, down);
        for (Migration migration : migrations) {
            try {
                Rehearsal.run(session, migration.up());
            } catch (LockkeeperException e) {
                return stopped(verdict(bottom), Reapply.FAILS, version(migration), bottom.differences(), e);
            }
        }
        Fingerprint up = catalog.fingerprint(session);
        Comparison again = compareTop
                .apply(up)
                .and(aroundTop.compare(world.around().at(up.moment(), session)))
                .withoutFixes();
        return new ChainProof(
                component,
                verdict(bottom),
                again.level() == Comparison.Level.SAME ? Reapply.OK : Reapply.DIFFERS,
                null,
                bottom.differences().isEmpty() ? again.differences() : bottom.differences(),
                null,
                0);
    }

    private ChainProof stopped(
            Verdict down, @Nullable Reapply up, String version, List<Difference> differences, LockkeeperException e) {
        return new ChainProof(
                component, down, up, version, differences, e.problems().get(0), 0);
    }

    private static String version(Migration migration) {
        return migration.version().toString();
    }

    static Verdict verdict(Comparison comparison) {
        return switch (comparison.level()) {
            case SAME -> Verdict.RESTORES;
            case COLUMN_ORDER -> Verdict.COLUMN_ORDER;
            case DIFFERENT -> Verdict.DIFFERS;
        };
    }
}
