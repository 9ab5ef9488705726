package dev.lockkeeper.source;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.sql.ScriptVisitor;
import dev.lockkeeper.sql.Splitter;
import dev.lockkeeper.sql.SqlFlaw;
import dev.lockkeeper.sql.Statement;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The comments by which a convention tells the up from the down script within one file. A mark stands on a line of its
 * own; what looks like one inside a string, a body between dollar quotes, a block comment or the data of COPY is none.
 */
enum Marks {
    /** As dbmate 2 reads them. */
    DBMATE("--[ \\t]*migrate:", "-- migrate:up", "-- migrate:down"),
    /** As goose 3 reads them; its replacement of environment variables, ENVSUB ON, is not done and so refused. */
    GOOSE("--[ \\t]*\\+goose\\b", "-- +goose Up", "-- +goose Down"),
    /** As sql-migrate reads them. */
    SQL_MIGRATE("--[ \\t]*\\+migrate\\b", "-- +migrate Up", "-- +migrate Down"),
    /** As MyBatis Migrations reads them: the up script is what stands before the mark. */
    MYBATIS("--[ \\t]*//[^\\n\\r]*@UNDO[^\\n\\r]*", "", "-- //@UNDO");

    /** What a mark says. */
    private enum Meaning {
        UP,
        UP_ALONE,
        DOWN,
        DOWN_ALONE,
        BOTH_ALONE,
        /** Something that the splitter knows better, such as where a statement ends. */
        NOTHING
    }

    private final Pattern lead;
    private final String up;
    private final String down;

    Marks(String lead, String up, String down) {
        this.lead = Pattern.compile("(?<mark>" + lead + ")(?<words>[^\\n\\r]*)");
        this.up = up;
        this.down = down;
    }

    /** What the tool lets follow the start of a mark, in lower case. */
    private Map<String, Meaning> words() {
        return switch (this) {
            case DBMATE ->
                Map.of(
                        "up", Meaning.UP,
                        "up transaction:true", Meaning.UP,
                        "up transaction:false", Meaning.UP_ALONE,
                        "down", Meaning.DOWN,
                        "down transaction:true", Meaning.DOWN,
                        "down transaction:false", Meaning.DOWN_ALONE);
            case GOOSE ->
                Map.of(
                        "up", Meaning.UP,
                        "down", Meaning.DOWN,
                        "no transaction", Meaning.BOTH_ALONE,
                        "envsub off", Meaning.NOTHING,
                        "envsubst off", Meaning.NOTHING,
                        "statementbegin", Meaning.NOTHING,
                        "statementend", Meaning.NOTHING);
            case SQL_MIGRATE ->
                Map.of(
                        "up", Meaning.UP,
                        "up notransaction", Meaning.UP_ALONE,
                        "down", Meaning.DOWN,
                        "down notransaction", Meaning.DOWN_ALONE,
                        "statementbegin", Meaning.NOTHING,
                        "statementend", Meaning.NOTHING);
            case MYBATIS -> Map.of("", Meaning.DOWN);
        };
    }

    /** Both scripts in one text, with the marks that a person would write. */
    String join(String upScript, String downScript) {
        return (up.isEmpty() ? "" : up + "\n") + upScript + "\n" + down + "\n" + downScript;
    }

    /** Whether the file has a mark. */
    boolean occurIn(Sections.Part whole) {
        if (whole instanceof Sections.Held held
                && !lead.matcher(held.text().text()).find()) {
            return false;
        }
        Sighting sighting = new Sighting();
        try (Reader in = whole.open()) {
            Splitter.visit(in, sighting);
            return sighting.seen;
        } catch (SqlFlaw reportedWhenTheFileIsCut) {
            return sighting.seen || whole instanceof Sections.Held;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Looks whether there is a mark. */
    private final class Sighting implements ScriptVisitor {
        private boolean seen;

        @Override
        public void statement(Statement statement) {}

        @Override
        public void comment(int start, String text, boolean ownLine) {
            seen = seen || (ownLine && lead.matcher(text).lookingAt());
        }
    }

    /**
     * Cuts a file at its marks.
     *
     * @throws LockkeeperException {@code marks-unclear} with the place of a mark that is unknown, repeated or in the wrong
     *     order, of a statement before the first one, or of the file that lacks one; {@code directive} for one before the first mark;
     *     and for text that cannot be split
     */
    Sections split(Sections.Part whole) {
        Cut cut = new Cut(whole);
        try (Reader in = whole.open()) {
            Splitter.visit(in, cut);
        } catch (SqlFlaw flaw) {
            throw Wrapping.problem(flaw, whole::place);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return cut.sections();
    }

    /** The marks of one file, found one after the other. */
    private final class Cut implements ScriptVisitor {
        private final Map<String, Meaning> words = words();
        private final Sections.Part whole;
        private int upMark = -1;
        private String upText = "";
        private int upStart;
        private int downMark = -1;
        private String downText = "";
        private int downStart;
        private boolean upAlone;
        private boolean downAlone;
        private int firstStatement = Integer.MAX_VALUE;
        private int firstDirective = Integer.MAX_VALUE;

        Cut(Sections.Part whole) {
            this.whole = whole;
        }

        @Override
        public void statement(Statement statement) {
            firstStatement = Math.min(firstStatement, statement.start());
        }

        @Override
        public void comment(int start, String text, boolean ownLine) {
            Matcher mark = lead.matcher(text);
            if (ownLine && mark.lookingAt()) {
                take(mark, start, text);
            } else if (Directives.find(text, 0, text.length()) == 0) {
                firstDirective = Math.min(firstDirective, start);
            }
        }

        Sections sections() {
            if (upMark < 0 && !up.isEmpty()) {
                throw unclear(Math.max(0, downMark), "the file has no line " + up)
                        .help("put it before the first statement of the up script")
                        .asException();
            }
            checkNothingBefore();
            Sections.Part upScript =
                    whole.part(upMark < 0 ? 0 : afterLine(upStart), downMark < 0 ? Integer.MAX_VALUE : downMark);
            Sections.Part downScript = downMark < 0 ? null : whole.part(afterLine(downStart), Integer.MAX_VALUE);
            return new Sections(upScript, downScript, upAlone, downAlone);
        }

        /** Where the next line starts after a mark that ends at an offset. */
        private int afterLine(int end) {
            return end + Lines.next(whole.between(end, end + 2), 0);
        }

        private void take(Matcher mark, int at, String text) {
            String said = mark.group("words").strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
            Meaning meaning = words.get(said);
            if (meaning == null) {
                throw unclear(at, "the mark " + mark.group().strip() + " means nothing")
                        .because("known are: " + String.join(", ", new TreeSet<>(words.keySet())))
                        .help("correct it, or word the comment differently")
                        .asException();
            }
            int next = at + text.length();
            switch (meaning) {
                case UP, UP_ALONE -> {
                    if (upMark >= 0 || downMark >= 0) {
                        throw upMark >= 0 ? misplaced(at, upMark, upText) : misplaced(at, downMark, downText);
                    }
                    upMark = at;
                    upText = text;
                    upStart = next;
                    upAlone |= meaning == Meaning.UP_ALONE;
                }
                case DOWN, DOWN_ALONE -> {
                    if (downMark >= 0) {
                        throw misplaced(at, downMark, downText);
                    }
                    downMark = at;
                    downText = text;
                    downStart = next;
                    downAlone |= meaning == Meaning.DOWN_ALONE;
                }
                case BOTH_ALONE -> {
                    upAlone = true;
                    downAlone = true;
                }
                case NOTHING -> {}
            }
        }

        private void checkNothingBefore() {
            if (firstDirective < upMark) {
                throw Problem.of(Code.DIRECTIVE, "a directive stands before the line " + up)
                        .at(whole.place(firstDirective))
                        .because("it belongs neither to the up nor to the down script")
                        .help("move it below the line")
                        .asException();
            }
            if (firstStatement < upMark) {
                throw unclear(firstStatement, "a statement stands before the line " + up)
                        .because("it belongs neither to the up nor to the down script")
                        .help("move it below the line")
                        .asException();
            }
        }

        private LockkeeperException misplaced(int at, int earlier, String text) {
            return unclear(at, "the mark comes too late")
                    .because("line " + whole.place(earlier).line() + " has " + text.strip())
                    .help("a file has one up script and after it at most one down script; make a file of each pair")
                    .asException();
        }

        private Problem unclear(int at, String message) {
            return Problem.of(Code.MARKS_UNCLEAR, message).at(whole.place(at));
        }
    }
}
