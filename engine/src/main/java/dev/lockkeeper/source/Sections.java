package dev.lockkeeper.source;

import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.io.Reader;
import java.io.StringReader;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The up and the down script of one migration, wherever its convention keeps them.
 *
 * @param down null when there is none
 * @param upAlone whether the up script is marked to run outside of a transaction
 * @param downAlone the same for the down script
 */
record Sections(Part up, @Nullable Part down, boolean upAlone, boolean downAlone) {
    /** Scripts that run in a transaction. */
    static Sections of(Part up, @Nullable Part down) {
        return new Sections(up, down, false, false);
    }

    /** Characters of a part; the end may lie beyond. */
    record Range(int start, int end) {}

    /** A part of a file, or all of it, in which offsets are counted in chars. */
    sealed interface Part permits Held, Streamed {
        /** The whole of a file, in memory when it is small enough. */
        static Part of(ScriptFile file) {
            String text = ScriptReader.readHeld(file);
            return text == null
                    ? new Streamed(new LargeFile(file), 0, Integer.MAX_VALUE)
                    : new Held(SourceText.whole(file.display(), text));
        }

        /** The text. */
        Reader open();

        /** Some characters; the end may lie beyond. */
        String between(int start, int end);

        /** A part of this part; the end may lie beyond. */
        Part part(int start, int end);

        Place place(int offset);

        Script script(String file, Tokens tokens, boolean alone, List<Problem> errors, Consumer<Problem> warnings);
    }

    /** In memory. */
    record Held(SourceText text) implements Part {
        @Override
        public Reader open() {
            return new StringReader(text.text());
        }

        @Override
        public String between(int start, int end) {
            return text.text().substring(start, Math.min(end, text.text().length()));
        }

        @Override
        public Part part(int start, int end) {
            return parts(List.of(new Range(start, end)));
        }

        /** Several parts, one after the other. */
        Part parts(List<Range> ranges) {
            SourceText.Builder kept = text.edit();
            ranges.forEach(
                    r -> kept.keep(r.start(), Math.min(r.end(), text.text().length())));
            return new Held(kept.build());
        }

        @Override
        public Place place(int offset) {
            return text.place(offset);
        }

        @Override
        public Script script(
                String file, Tokens tokens, boolean alone, List<Problem> errors, Consumer<Problem> warnings) {
            return new Script(file, new HeldBody(text, tokens.render(text, errors, warnings)), alone);
        }
    }

    /** On the disk. */
    record Streamed(LargeFile file, int start, int end) implements Part {
        @Override
        public Reader open() {
            return file.open(start, end);
        }

        @Override
        public String between(int from, int to) {
            return file.text(start + from, (int) Math.min(end, (long) start + to));
        }

        /** Small ones are held: a down script is seldom as large as its up script. */
        @Override
        public Part part(int from, int to) {
            int stop = (int) Math.min(end, (long) start + to);
            return stop - (start + from) <= LargeFile.THRESHOLD
                    ? new Held(SourceText.part(file, start + from, stop))
                    : new Streamed(file, start + from, stop);
        }

        @Override
        public Place place(int offset) {
            return file.place(start + offset);
        }

        @Override
        public Script script(
                String display, Tokens tokens, boolean alone, List<Problem> errors, Consumer<Problem> warnings) {
            return new Script(display, StreamedBody.read(file, start, end, tokens, errors, warnings), alone);
        }
    }
}
