package dev.lockkeeper.cli;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Protection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure that somebody knows which database is about to be changed.
 *
 * @param named what the command line names; null when it names none
 * @param in what a person types
 */
record Confirmation(Terminal terminal, @Nullable String named, InputStream in) {
    /**
     * Has the database named.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code unconfirmed} when nobody does, or another one is named
     */
    void demand(Worksite site) {
        Protection.Confirmation demanded = site.rules().protection().confirmation();
        if (demanded == Protection.Confirmation.NONE) {
            return;
        }
        String database = site.lockkeeper().target().database();
        String environment = site.rules().environment();
        boolean jobs = demanded == Protection.Confirmation.NAMED;
        if (named != null && jobs) {
            require(named, database, environment);
            return;
        }
        if (!terminal.live()) {
            throw Problem.of(Code.UNCONFIRMED, "environment " + environment + " wants its database named first")
                    .because(named == null ? null : "it does not take --confirm: confirm: typed wants a person")
                    .help(jobs ? "add --confirm " + database : "run the command at a terminal")
                    .note("kept: everything as it was")
                    .asException();
        }
        terminal.clear();
        terminal.err().print("This changes environment " + environment + ". Type the name of its database: ");
        terminal.err().flush();
        require(answer(), database, environment);
    }

    private static void require(String said, String database, String environment) {
        if (!said.strip().equals(database)) {
            throw Problem.of(Code.UNCONFIRMED, "what was named is not the database of environment " + environment)
                    .because(
                            "it is " + database + ", and " + (said.isBlank() ? "nothing" : said.strip()) + " was named")
                    .note("kept: everything as it was")
                    .asException();
        }
    }

    private String answer() {
        try {
            return Optional.ofNullable(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine())
                    .orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException("the terminal cannot be read", e);
        }
    }
}
