package dev.lockkeeper.source;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.sql.Splitter;
import dev.lockkeeper.sql.SqlFlaw;
import dev.lockkeeper.sql.Statement;
import java.util.Collections;
import java.util.List;
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
        this.lead = Pattern.compile("(?:^|(?<=[\\n\\r]))[ \\t]*(?<mark>" + lead + ")(?<words>[^\\n\\r]*)");
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

    /** Whether the text has a mark. */
    boolean occurIn(String text) {
        Matcher mark = lead.matcher(text);
        if (!mark.find()) {
            return false;
        }
        try {
            List<Integer> comments = Splitter.cut(text).comments();
            do {
                if (isAmong(comments, mark)) {
                    return true;
                }
            } while (mark.find());
            return false;
        } catch (SqlFlaw reportedWhenTheFileIsCut) {
            return true;
        }
    }

    private static boolean isAmong(List<Integer> comments, Matcher mark) {
        return Collections.binarySearch(comments, mark.start("mark")) >= 0;
    }

    /**
     * Cuts a file at its marks.
     *
     * @throws LockkeeperException {@code marks-unclear} with the place of a mark that is unknown, repeated or in the wrong
     *     order, of a statement before the first one, or of the file that lacks one; {@code directive} for one before the first mark;
     *     and for text that cannot be split
     */
    Sections split(SourceText whole) {
        try {
            return new Cut(whole).sections();
        } catch (SqlFlaw flaw) {
            throw Problem.of(flaw.code(), String.valueOf(flaw.getMessage()))
                    .at(whole.place(flaw.offset()))
                    .help(flaw.help())
                    .asException(flaw);
        }
    }

    /** The marks of one file, found one after the other. */
    private final class Cut {
        private final Map<String, Meaning> words = words();
        private final SourceText whole;
        private final String text;
        private int upMark = -1;
        private int upStart;
        private int downMark = -1;
        private int downStart;
        private boolean upAlone;
        private boolean downAlone;

        Cut(SourceText whole) {
            this.whole = whole;
            this.text = whole.text();
        }

        Sections sections() {
            Matcher mark = lead.matcher(text);
            List<Integer> comments = Splitter.cut(text).comments();
            while (mark.find()) {
                if (isAmong(comments, mark)) {
                    take(mark);
                }
            }
            if (upMark < 0 && !up.isEmpty()) {
                throw unclear(Math.max(0, downMark), "the file has no line " + up)
                        .help("put it before the first statement of the up script")
                        .asException();
            }
            checkNothingBefore(comments);
            int end = downMark < 0 ? text.length() : downMark;
            SourceText upScript = whole.edit().keep(upStart, end).build();
            SourceText downScript = downMark < 0
                    ? null
                    : whole.edit().keep(downStart, text.length()).build();
            return new Sections(upScript, downScript, upAlone, downAlone);
        }

        private void take(Matcher mark) {
            int at = mark.start("mark");
            String said = mark.group("words").strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
            Meaning meaning = words.get(said);
            if (meaning == null) {
                throw unclear(at, "the mark " + mark.group().strip() + " means nothing")
                        .because("known are: " + String.join(", ", new TreeSet<>(words.keySet())))
                        .help("correct it, or word the comment differently")
                        .asException();
            }
            int next = Math.min(mark.end() + (text.startsWith("\r\n", mark.end()) ? 2 : 1), text.length());
            switch (meaning) {
                case UP, UP_ALONE -> {
                    if (upMark >= 0 || downMark >= 0) {
                        throw misplaced(at, upMark >= 0 ? upMark : downMark);
                    }
                    upMark = at;
                    upStart = next;
                    upAlone |= meaning == Meaning.UP_ALONE;
                }
                case DOWN, DOWN_ALONE -> {
                    if (downMark >= 0) {
                        throw misplaced(at, downMark);
                    }
                    downMark = at;
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

        private void checkNothingBefore(List<Integer> comments) {
            comments.stream()
                    .filter(at -> at < upMark && Directives.find(text, at, text.length()) == at)
                    .findFirst()
                    .ifPresent(at -> {
                        throw Problem.of(Code.DIRECTIVE, "a directive stands before the line " + up)
                                .at(whole.place(at))
                                .because("it belongs neither to the up nor to the down script")
                                .help("move it below the line")
                                .asException();
                    });
            List<Statement> before = Splitter.split(text.substring(0, Math.max(0, upMark)));
            if (!before.isEmpty()) {
                throw unclear(before.get(0).start(), "a statement stands before the line " + up)
                        .because("it belongs neither to the up nor to the down script")
                        .help("move it below the line")
                        .asException();
            }
        }

        private LockkeeperException misplaced(int at, int earlier) {
            return unclear(at, "the mark comes too late")
                    .because("line " + whole.place(earlier).line() + " has "
                            + text.substring(earlier)
                                    .lines()
                                    .findFirst()
                                    .orElse("")
                                    .strip())
                    .help("a file has one up script and after it at most one down script; make a file of each pair")
                    .asException();
        }

        private Problem unclear(int at, String message) {
            return Problem.of(Code.MARKS_UNCLEAR, message).at(whole.place(at));
        }
    }
}
