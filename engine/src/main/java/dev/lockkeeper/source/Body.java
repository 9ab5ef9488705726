package dev.lockkeeper.source;

import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.sql.Cut;
import java.util.List;
import java.util.function.Consumer;

/** The text of a script before and after its tokens are replaced, wherever it is kept. */
sealed interface Body permits HeldBody, StreamedBody {
    /** The text before, for the record; a sentence in its place when it is too large. */
    String kept();

    /** The text before. */
    String template();

    /** The text after. */
    String text();

    /** The whole file; the other script of the migration may be part of it. */
    String content();

    /** Whether a token occurs. */
    boolean mentions(String token);

    Checksum checksum();

    Checksum renderedChecksum();

    Place place(int offset);

    /** Where in the whole file the characters come from that stand from one offset to another of the text after. */
    Cut.Span origin(int start, int end);

    Body render(Tokens tokens, List<Problem> errors, Consumer<Problem> warnings);

    /**
     * Splits it.
     *
     * @param declines whether the mark for no transaction stands on the script
     */
    Script.Commands commands(boolean declines);
}
