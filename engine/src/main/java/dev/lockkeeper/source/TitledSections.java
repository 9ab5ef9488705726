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
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds a file that holds an up and a down section under titles that are the marks of no known tool: as one script it would take back
 * at once what it makes.
 */
final class TitledSections implements ScriptVisitor {
    private static final String RULER = "[\\s\\-=#*_+~:]*";
    private static final Pattern UP = Pattern.compile("(?i)--" + RULER + "(?:\\w+[\\s:]+)?up" + RULER);
    private static final Pattern DOWN =
            Pattern.compile("(?i)--" + RULER + "(?:\\w+[\\s:]+)?(?:down|rollback|undo|revert)" + RULER);

    private static final Pattern HINT = Pattern.compile("(?i)--[^\\n]*(?:down|rollback|undo|revert|drop below)");

    private final Set<Marks> ups = EnumSet.noneOf(Marks.class);
    private boolean up;
    private int down = -1;
    private boolean below;
    private @Nullable Marks known;

    private TitledSections() {}

    /** Whether a comment names a way back at all; to split a script takes much longer. */
    static boolean mayBeIn(Sections.Held script) {
        return HINT.matcher(script.text().text()).find();
    }

    /** @throws LockkeeperException {@code marks-unclear} when there are such sections */
    static void requireNone(Sections.Part whole) {
        TitledSections seen = new TitledSections();
        try (Reader in = whole.open()) {
            Splitter.visit(in, seen);
        } catch (SqlFlaw reportedWhenTheScriptIsRead) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (seen.below && seen.known != null) {
            String tool = Convention.of(seen.known).key();
            throw Problem.of(Code.MARKS_UNCLEAR, "the file has the marks of " + tool + ", but is not read so")
                    .at(whole.place(seen.down))
                    .because("as one script it would take back at once what it makes")
                    .help("say convention: " + tool + " in lockkeeper.yaml, or --convention " + tool
                            + "; or take the marks out")
                    .asException();
        }
        if (seen.below) {
            throw Problem.of(
                            Code.MARKS_UNCLEAR,
                            "the file holds an up and a down section, but no known tool marks them so")
                    .at(whole.place(seen.down))
                    .because("as one script it would take back at once what it makes")
                    .help(
                            "mark them as a known tool does, such as -- migrate:up and -- migrate:down of dbmate, or put the"
                                    + " second into a folder rollbacks")
                    .asException();
        }
    }

    @Override
    public void statement(Statement statement) {
        below = below || down >= 0;
    }

    @Override
    public void comment(int start, String text, boolean ownLine) {
        if (ownLine && down < 0) {
            for (Marks marks : Marks.values()) {
                if (marks.beginsUp(text)) {
                    ups.add(marks);
                } else if (marks.beginsDown(text) && (marks.isUpImplied() || ups.contains(marks))) {
                    known = marks;
                    down = start;
                    return;
                }
            }
            up = up || UP.matcher(text).matches();
            down = up && DOWN.matcher(text).matches() ? start : -1;
        }
    }
}
