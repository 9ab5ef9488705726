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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The comments by which a convention tells the up from the down script within one file. A mark stands on a line of its
 * own; what looks like one inside a string, a body between dollar quotes, a block comment or the data of COPY is none.
 */
enum Marks {
    /** As dbmate 2 reads them. */
    DBMATE("--[ \\t]*migrate:", "-- migrate:up", "-- migrate:down"),
    /** As goose 3 reads them; its replacement of environment variables, ENVSUB ON, is not done and so refused. */
    GOOSE("--[ \\t]*\\+goose\\b", "-- +goose Up", "-- +goose Down"),
    /** As sql-migrate reads them: in any order, and what several sections of one direction hold is one script. */
    SQL_MIGRATE("--[ \\t]*\\+migrate\\b", "-- +migrate Up", "-- +migrate Down"),
    /** As MyBatis Migrations reads them: the up script is what stands before the mark. */
    MYBATIS("--[ \\t]*//[^\\n\\r]*@UNDO[^\\n\\r]*", "", "-- //@UNDO"),
    /** As node-pg-migrate reads them: in any order, whatever follows on the line; a file without any is an up script. */
    NODE_PG_MIGRATE("(?i:--[ \\t-]*(?=(?:up|down)[ \\t]+migration))", "-- Up Migration", "-- Down Migration"),
    /** As tern 2 reads them: the up script is what stands before the mark. */
    TERN(
            "(?i:----(?= create above / drop below ----| tern: disable-tx ----))",
            "",
            "---- create above / drop below ----");

    /** A template of Go: a field, a variable or an action; an array such as {{1,2},{3,4}} is none. */
    private static final Pattern TEMPLATE = Pattern.compile(
            "\\{\\{-?\\s*(?:[.$][A-Za-z_]|(?:template|if|range|with|define|block|else|end)\\b)[^{},\\n]*\\}\\}");

    /** What a mark says. */
    private enum Meaning {
        UP,
        UP_ALONE,
        DOWN,
        DOWN_ALONE,
        BOTH_ALONE,
        /** Of the script in which it stands. */
        THIS_ALONE,
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
            case NODE_PG_MIGRATE -> Map.of("up migration", Meaning.UP, "down migration", Meaning.DOWN);
            case TERN ->
                Map.of("create above / drop below ----", Meaning.DOWN, "tern: disable-tx ----", Meaning.THIS_ALONE);
        };
    }

    /** What a mark says; null when the tool knows no such words. */
    private @Nullable Meaning meaning(Matcher mark) {
        String said = mark.group("words").strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
        return words().entrySet().stream()
                .filter(e -> this == NODE_PG_MIGRATE ? said.startsWith(e.getKey()) : said.equals(e.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    /** Whether the down may stand before the up script. */
    private boolean inAnyOrder() {
        return this == SQL_MIGRATE || this == NODE_PG_MIGRATE;
    }

    /** tern fills in templates before it sends a script; in a string they would be sent as they are, and nobody would notice. */
    private static void requireNoTemplate(Sections.Held whole) {
        Matcher template = TEMPLATE.matcher(whole.text().text());
        if (template.find()) {
            throw Problem.of(Code.MARKS_UNCLEAR, "tern fills in " + template.group() + ", Lockkeeper does not")
                    .at(whole.place(template.start()))
                    .because("the server would get the template itself")
                    .help(
                            "write out what it stands for, or a token, such as ${app_user}, and name it under tokens: in lockkeeper.yaml")
                    .asException();
        }
    }

    /** Whether a comment begins the up script. */
    boolean beginsUp(String comment) {
        Meaning meaning = meaningOf(comment);
        return meaning == Meaning.UP || meaning == Meaning.UP_ALONE;
    }

    /** Whether a comment begins the down script. */
    boolean beginsDown(String comment) {
        Meaning meaning = meaningOf(comment);
        return meaning == Meaning.DOWN || meaning == Meaning.DOWN_ALONE;
    }

    /** Whether the up script is what stands before the mark of the down script. */
    boolean isUpImplied() {
        return up.isEmpty();
    }

    private @Nullable Meaning meaningOf(String comment) {
        Matcher mark = lead.matcher(comment);
        return mark.lookingAt() ? meaning(mark) : null;
    }

    /** Both scripts in one text, with the marks that a person would write. */
    String join(String upScript, String downScript) {
        return (up.isEmpty() ? "" : up + "\n") + upScript + "\n" + down + "\n" + downScript;
    }

    /** The up script in a text without a down script. */
    String upAlone(String upScript) {
        return (up.isEmpty() ? "" : up + "\n") + upScript;
    }

    /** Whether a line comment is a mark, also one that only the tool itself needs. */
    boolean isMark(String comment) {
        return lead.matcher(comment).lookingAt();
    }

    /** Whether a line comment is a mark that only says where a statement begins or ends. */
    boolean isMarkOfStatement(String comment) {
        return meaningOf(comment) == Meaning.NOTHING;
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

    /** Looks whether there is a mark that tells the tool. */
    private final class Sighting implements ScriptVisitor {
        private boolean seen;
        private boolean below;

        /** Where a person would write the title of commands in comments, too, only what stands below it tells. */
        @Override
        public void statement(Statement statement) {
            seen = seen || below;
        }

        @Override
        public void comment(int start, String text, boolean ownLine) {
            Matcher mark = lead.matcher(text);
            if (ownLine && mark.lookingAt()) {
                seen = seen || Marks.this != NODE_PG_MIGRATE;
                below = meaning(mark) == Meaning.DOWN;
            }
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
        if (this == TERN && whole instanceof Sections.Held held) {
            requireNoTemplate(held);
        }
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

    /**
     * What stands below a mark.
     *
     * @param mark where the mark starts
     * @param text of the mark
     */
    private record Section(boolean isUp, int mark, String text) {}

    /** The marks of one file, found one after the other. */
    private final class Cut implements ScriptVisitor {
        private final Sections.Part whole;
        private final List<Section> found = new ArrayList<>();
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
            if (up.isEmpty() || (found.isEmpty() && Marks.this == NODE_PG_MIGRATE)) {
                found.add(0, new Section(true, -1, ""));
            }
            if (!has(true)) {
                throw unclear(has(false) ? found.get(0).mark() : 0, "the file has no line " + up)
                        .help("put it before the first statement of the up script")
                        .asException();
            }
            checkNothingBefore(found.get(0).mark());
            return new Sections(part(true), has(false) ? part(false) : null, upAlone, downAlone);
        }

        private boolean has(boolean isUp) {
            return found.stream().anyMatch(s -> s.isUp() == isUp);
        }

        private Sections.Part part(boolean isUp) {
            List<Sections.Range> ranges = new ArrayList<>();
            for (int i = 0; i < found.size(); i++) {
                Section section = found.get(i);
                if (section.isUp() == isUp) {
                    int start = section.mark() < 0
                            ? 0
                            : afterLine(section.mark() + section.text().length());
                    int end = i + 1 < found.size() ? found.get(i + 1).mark() : Integer.MAX_VALUE;
                    ranges.add(new Sections.Range(start, end));
                }
            }
            if (ranges.size() == 1) {
                return whole.part(ranges.get(0).start(), ranges.get(0).end());
            }
            if (whole instanceof Sections.Held held) {
                return held.parts(ranges);
            }
            throw unclear(ranges.get(1).start(), "a large file has several sections of one direction")
                    .because("of a file of more than 4 MiB only what stands together can be read as one script")
                    .help("put the sections together")
                    .asException();
        }

        /** Where the next line starts after a mark that ends at an offset. */
        private int afterLine(int end) {
            return end + Lines.next(whole.between(end, end + 2), 0);
        }

        private void take(Matcher mark, int at, String text) {
            Meaning meaning = meaning(mark);
            if (meaning == null) {
                throw unclear(at, "the mark " + mark.group().strip() + " means nothing")
                        .because("known are: " + String.join(", ", new TreeSet<>(words().keySet())))
                        .help("correct it, or word the comment differently")
                        .asException();
            }
            switch (meaning) {
                case UP, UP_ALONE -> {
                    begin(new Section(true, at, text));
                    upAlone |= meaning == Meaning.UP_ALONE;
                }
                case DOWN, DOWN_ALONE -> {
                    begin(new Section(false, at, text));
                    downAlone |= meaning == Meaning.DOWN_ALONE;
                }
                case BOTH_ALONE -> {
                    upAlone = true;
                    downAlone = true;
                }
                case THIS_ALONE -> {
                    upAlone |= !has(false);
                    downAlone |= has(false);
                }
                case NOTHING -> {}
            }
        }

        /** Takes a section, where the tool takes it. */
        private void begin(Section section) {
            found.stream()
                    .filter(s -> s.isUp() == section.isUp() ? Marks.this != SQL_MIGRATE : !s.isUp() && !inAnyOrder())
                    .findFirst()
                    .ifPresent(earlier -> {
                        throw misplaced(section.mark(), earlier.mark(), earlier.text());
                    });
            found.add(section);
        }

        private void checkNothingBefore(int mark) {
            if (firstDirective < mark) {
                throw Problem.of(
                                Code.DIRECTIVE,
                                "a directive stands before the line "
                                        + found.get(0).text().strip())
                        .at(whole.place(firstDirective))
                        .because("it belongs neither to the up nor to the down script")
                        .help("move it below the line")
                        .asException();
            }
            if (firstStatement < mark) {
                throw unclear(
                                firstStatement,
                                "a statement stands before the line "
                                        + found.get(0).text().strip())
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
