package dev.lockkeeper.cli;

import dev.lockkeeper.loss.Loss;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Asks a person whether data may go.
 *
 * @param given whether the command line says yes already
 * @param in what a person types
 */
record Consent(Terminal terminal, boolean given, InputStream in) {
    /** The sentences about what goes. */
    static List<String> lines(List<Loss> losses) {
        return losses.stream().map(loss -> "  ! takes away " + loss.sentence()).toList();
    }

    /**
     * Shows what goes and makes sure that it may.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code rollback-unconfirmed} when nobody says so
     */
    void demand(List<Loss> losses) {
        if (losses.isEmpty()) {
            return;
        }
        if (terminal.json()) {
            lines(losses).forEach(terminal::progress);
        } else {
            terminal.result(lines(losses));
        }
        if (given) {
            return;
        }
        if (terminal.live()) {
            terminal.err().print("Roll back, and lose this data? Type yes: ");
            terminal.err().flush();
            String answer = answer().strip().toLowerCase(Locale.ROOT);
            if (answer.equals("yes") || answer.equals("y")) {
                return;
            }
        }
        throw Problem.of(
                        Code.ROLLBACK_UNCONFIRMED,
                        terminal.live() ? "the rollback was not confirmed" : "the rollback would take data away")
                .because(losses.stream()
                        .map(Loss::sentence)
                        .reduce((a, b) -> a + "; " + b)
                        .orElse(""))
                .help("make sure that nobody needs it, or save it, and add --yes")
                .note("kept: everything; nothing was rolled back")
                .asException();
    }

    private String answer() {
        try {
            String line = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
            return line == null ? "" : line;
        } catch (IOException e) {
            throw new UncheckedIOException("the terminal cannot be read", e);
        }
    }
}
