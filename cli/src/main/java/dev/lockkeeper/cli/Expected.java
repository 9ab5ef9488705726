package dev.lockkeeper.cli;

import dev.lockkeeper.catalog.Stock;
import dev.lockkeeper.catalog.StockFile;
import dev.lockkeeper.catalog.Stocktaking;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.EmbeddedPostgresException;
import dev.lockkeeper.embedded.Options;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.rehearsal.Rebuilding;
import dev.lockkeeper.rehearsal.Recipe;
import dev.lockkeeper.rehearsal.Shelf;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Function;

/** What databases should be: built on a throw-away server, and kept for the next time. */
final class Expected {
    private final int major;
    private final String version;
    private final Shelf shelf;
    private final Terminal terminal;

    /**
     * @param major of the server that is looked at
     * @throws LockkeeperException {@code drift-unknown} when there is no throw-away server of that version
     */
    Expected(int major, Terminal terminal) {
        this.major = major;
        this.terminal = terminal;
        try {
            this.version = EmbeddedPostgres.available(Options.version(major));
            this.shelf = new Shelf(EmbeddedPostgres.shelf(Options.version(major), "expected"));
        } catch (EmbeddedPostgresException e) {
            throw Problem.of(Code.DRIFT_UNKNOWN, "no throw-away server of PostgreSQL " + major + " is at hand")
                    .because(e.failure() + ": " + e.why())
                    .help(e.help())
                    .note("what a history makes of a database may differ from one major version to the next")
                    .asException(e);
        }
    }

    /** The version of the throw-away server. */
    String version() {
        return version;
    }

    /** Does something with a stock; what is found to be damaged on the way is built again first. */
    <T> T with(Recipe recipe, Stocktaking stocktaking, Function<StockFile.Kept, T> work) {
        String digest = recipe.digest("stock", version, TopHelp.version(), stocktaking.form());
        Optional<StockFile.Kept> kept = shelf.find(digest);
        if (kept.isPresent()) {
            try {
                return work.apply(kept.get());
            } catch (StockFile.Damaged e) {
                shelf.remove(digest);
            }
        }
        return work.apply(build(recipe, digest));
    }

    private StockFile.Kept build(Recipe recipe, String digest) {
        long seed = new SecureRandom().nextLong();
        try (EmbeddedPostgres server = ThrowAwayServer.start(major, terminal)) {
            terminal.passing(
                    "building what the history says, " + recipe.scripts().size() + " scripts ...");
            Stock stock = new Rebuilding(server).stock(recipe, seed);
            terminal.clear();
            shelf.keep(digest, stock, seed);
            return new StockFile.Kept(stock, seed);
        }
    }
}
