package dev.lockkeeper.fix;

import dev.lockkeeper.sql.Reading;
import dev.lockkeeper.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A script some of whose statements get a safer way: where they stand, or in a script of their own. */
final class Sheet {
    static final String NO_TRANSACTION = "-- lockkeeper:no-transaction";

    private final ScriptText text;
    private final Map<Integer, Way.Safer> ways;

    /** @param ways by the ordinals of the statements */
    Sheet(ScriptText text, Map<Integer, Way.Safer> ways) {
        this.text = text;
        this.ways = Map.copyOf(ways);
    }

    /** A setting, which holds for the statements below it. */
    static boolean isSetting(Statement statement) {
        List<String> words = statement.words();
        return statement.kind() == Statement.Kind.ORDINARY
                && !words.isEmpty()
                && (words.get(0).equals("reset")
                        || (words.get(0).equals("set")
                                && words.size() > 1
                                && !Set.of("constraints", "transaction").contains(words.get(1))));
    }

    /** BEGIN or COMMIT around a script. */
    static boolean isPair(Statement statement) {
        return statement.kind() == Statement.Kind.BEGIN || statement.kind() == Statement.Kind.COMMIT;
    }

    /** Whether nothing but settings stands beside these statements. */
    boolean hasNoOther() {
        return text.statements().stream()
                .allMatch(one -> ways.containsKey(one.ordinal()) || isSetting(one) || isPair(one));
    }

    /** Whether a mark of the convention stands around one of them, so that taking it out would leave the mark. */
    boolean isMarked() {
        return text.statements().stream()
                .anyMatch(one ->
                        ways.containsKey(one.ordinal()) && text.passage(one).marked());
    }

    /** The changes of the file that put the safer ways where the statements stand. */
    List<Edit> inPlace(boolean statementByStatement) {
        List<Edit> edits = new ArrayList<>();
        boolean said = statementByStatement || !needsLine();
        for (Statement statement : text.statements()) {
            if (isPair(statement)) {
                edits.add(text.removal(statement));
                continue;
            }
            Way.Safer way = ways.get(statement.ordinal());
            if (!said) {
                edits.add(Edit.insert(text.fileStart(statement), NO_TRANSACTION + text.lineEnd()));
                said = true;
            }
            if (way != null) {
                edits.addAll(text.replacement(statement, way));
            } else if (!statementByStatement && isLocal(statement)) {
                edits.add(text.inFile(withoutLocal(statement)));
            }
        }
        return edits;
    }

    /** The changes of the file that take the statements out. */
    List<Edit> takenOut() {
        List<Edit> edits = new ArrayList<>();
        for (Statement statement : text.statements()) {
            if (ways.containsKey(statement.ordinal())) {
                Edit edit = text.removal(statement);
                Edit last = edits.isEmpty() ? edit : edits.get(edits.size() - 1);
                if (last.end() == edit.start()) {
                    edits.set(edits.size() - 1, new Edit(last.start(), edit.end(), ""));
                } else {
                    edits.add(edit);
                }
            }
        }
        return edits.stream().map(text::closed).toList();
    }

    /** Whether a script of these statements has to say that each of them is a transaction of its own. */
    boolean needsLine() {
        return !ways.values().stream().allMatch(Way.Safer::alone);
    }

    /**
     * The statements as a script of their own, with the settings that hold for them.
     *
     * @param line whether it says that each of them is a transaction of its own
     */
    String moved(boolean line) {
        return moved(line, false);
    }

    /** The same as one transaction. */
    String movedAsItIs() {
        return moved(false, true);
    }

    private String moved(boolean line, boolean together) {
        StringBuilder moved = new StringBuilder();
        if (line) {
            moved.append(NO_TRANSACTION).append(text.lineEnd());
        }
        StringBuilder settings = new StringBuilder();
        for (Statement statement : text.statements()) {
            Way.Safer way = ways.get(statement.ordinal());
            if (way != null) {
                moved.append(settings).append(text.moved(statement, way));
                settings.setLength(0);
            } else if (isSetting(statement)) {
                settings.append(text.raw(
                                statement.start(),
                                statement.end(),
                                isLocal(statement) && !together ? List.of(withoutLocal(statement)) : List.of()))
                        .append(';')
                        .append(text.lineEnd());
            }
        }
        return moved.toString();
    }

    private static boolean isLocal(Statement statement) {
        return isSetting(statement)
                && statement.words().size() > 1
                && statement.words().get(0).equals("set")
                && statement.words().get(1).equals("local");
    }

    /** Where each statement is a transaction of its own, LOCAL holds for nothing. */
    private static Edit withoutLocal(Statement statement) {
        Reading reading = Reading.of(statement.sql());
        return new Edit(statement.start() + reading.start(1), statement.start() + reading.start(2), "");
    }
}
