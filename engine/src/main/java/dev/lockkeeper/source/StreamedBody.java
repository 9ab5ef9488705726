package dev.lockkeeper.source;

import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.sql.Cut;
import dev.lockkeeper.sql.Splitter;
import dev.lockkeeper.sql.SqlFlaw;
import java.io.IOException;
import java.io.Reader;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A part of a file that is read from the disk whenever it is needed. */
final class StreamedBody implements Body {
    private final LargeFile file;
    private final int start;
    private final int end;
    private final Tokens tokens;
    private final Checksum checksum;
    /** The names of its tokens, with the offset of the first of each. */
    private final Map<String, Integer> names;

    private @Nullable Checksum rendered;

    private StreamedBody(
            LargeFile file, int start, int end, Tokens tokens, Checksum checksum, Map<String, Integer> names) {
        this.file = file;
        this.start = start;
        this.end = end;
        this.tokens = tokens;
        this.checksum = checksum;
        this.names = names;
    }

    /** Reads the part once, for its checksum and its tokens. */
    static StreamedBody read(
            LargeFile file, int start, int end, Tokens tokens, List<Problem> errors, Consumer<Problem> warnings) {
        try (ChecksumReader whole = new ChecksumReader(file.open(start, end));
                RenderingReader rendering = new RenderingReader(whole, tokens)) {
            drain(rendering);
            StreamedBody body = new StreamedBody(file, start, end, tokens, whole.finish(), rendering.names());
            tokens.check(body.names, offset -> file.place(start + offset), errors, warnings);
            return body;
        } catch (IOException e) {
            throw file.unreadable(e);
        }
    }

    private static void drain(Reader in) throws IOException {
        char[] buffer = new char[1 << 13];
        int count = 0;
        while (count >= 0) {
            count = in.read(buffer);
        }
    }

    /** The text after its tokens are replaced. */
    Reader open() {
        return new RenderingReader(file.open(start, end), tokens);
    }

    /** The same, with the checksum of the text before. */
    Reader open(Consumer<ChecksumReader> checking) {
        ChecksumReader whole = new ChecksumReader(file.open(start, end));
        checking.accept(whole);
        return new RenderingReader(whole, tokens);
    }

    LockkeeperException unreadable(IOException e) {
        return file.unreadable(e);
    }

    LargeFile file() {
        return file;
    }

    @Override
    public String kept() {
        return Script.NOT_KEPT + checksum;
    }

    @Override
    public String template() {
        return file.text(start, end);
    }

    @Override
    public String text() {
        StringBuilder text = new StringBuilder();
        char[] buffer = new char[1 << 13];
        try (Reader in = open()) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                text.append(buffer, 0, count);
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
        return text.toString();
    }

    @Override
    public String content() {
        return file.text(0, Integer.MAX_VALUE);
    }

    @Override
    public boolean mentions(String token) {
        return names.containsKey(token);
    }

    @Override
    public Checksum checksum() {
        return checksum;
    }

    @Override
    public Checksum renderedChecksum() {
        if (names.keySet().stream().noneMatch(tokens.replaced()::containsKey)) {
            return checksum;
        }
        Checksum known = rendered;
        if (known == null) {
            try (ChecksumReader in = new ChecksumReader(open())) {
                known = in.finish();
            } catch (IOException e) {
                throw unreadable(e);
            }
            rendered = known;
        }
        return known;
    }

    /** Nobody edits files of this size. */
    @Override
    public Cut.Span origin(int start, int end) {
        throw new UnsupportedOperationException("the file is too large to be held");
    }

    @Override
    public Place place(int offset) {
        char[] buffer = new char[1 << 13];
        try (RenderingReader in = new RenderingReader(file.open(start, end), tokens)) {
            int left = offset;
            for (int count = 0; left > 0 && count >= 0; left -= Math.max(0, count)) {
                count = in.read(buffer, 0, Math.min(left, buffer.length));
            }
            return file.place(start + in.origin());
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    @Override
    public Body render(Tokens others, List<Problem> errors, Consumer<Problem> warnings) {
        others.check(names, offset -> file.place(start + offset), errors, warnings);
        return new StreamedBody(file, start, end, others, checksum, names);
    }

    @Override
    public Script.Commands commands(boolean declines) {
        Survey survey = new Survey(this::place);
        int backslash;
        try (Reader in = open()) {
            backslash = Splitter.visit(in, survey).plainBackslash();
        } catch (SqlFlaw flaw) {
            throw Wrapping.problem(flaw, this::place);
        } catch (IOException e) {
            throw unreadable(e);
        }
        return survey.commands(this, declines, backslash);
    }
}
