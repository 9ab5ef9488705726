package dev.lockkeeper.source;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.sql.Placeholders;
import dev.lockkeeper.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a script tells Lockkeeper in its comments.
 *
 * @param before in their order
 * @param after in their order
 * @param rows in their order
 * @param backfills by the ordinal of their statement
 * @param allowed findings that are passed over, in their order
 * @param losses that are accepted, in their order
 * @param accepted the SQLSTATEs of warnings that do not fail the script
 * @param noTransaction whether the script asks to run statement by statement
 * @param binding false where there are no rows to speak of: then checks and counts only have to be understood
 */
public record Directives(
        List<Directive.Before> before,
        List<Directive.After> after,
        List<Directive.Rows> rows,
        Map<Integer, Directive.Backfill> backfills,
        List<Directive.Allow> allowed,
        List<Directive.AcceptLoss> losses,
        Set<String> accepted,
        boolean noTransaction,
        boolean binding) {
    // generous with blanks and letter case: a check that is passed over in silence is worse than none
    private static final String MARK = "--[ \\t]*(?i:lockkeeper):";
    private static final Pattern ANY = Pattern.compile(MARK);
    private static final Pattern LINE = Pattern.compile(MARK + "(?<word>\\S*)\\s*(?<rest>.*?)\\s*");
    private static final String NAME = "(?:\"(?:[^\"]|\"\")+\"|[\\p{L}_][\\p{L}\\p{N}_$]*)";
    private static final String TABLE = "(?<table>" + NAME + "(?:\\." + NAME + ")?)";
    private static final Pattern ROWS =
            Pattern.compile(TABLE + "\\s+(?<least>same|any|[+-]?\\d{1,18})(?:\\.\\.(?<most>any|[+-]?\\d{1,18}))?");
    private static final Pattern BACKFILL = Pattern.compile(TABLE + "\\s+(?<key>" + NAME
            + ")(?:\\s+batch=(?<batch>[1-9]\\d{0,8}))?(?:\\s+pause=(?<pause>\\d{1,6})ms)?");
    private static final Pattern LOSS =
            Pattern.compile("(?<object>" + NAME + "(?:\\." + NAME + "){1,2})\\s*(?::\\s*(?<reason>\\S.*)?)?");
    /** A SQLSTATE; 00000 is that of success (manual, appendix A, "PostgreSQL Error Codes"). */
    private static final Pattern SQL_STATE = Pattern.compile("(?!00)[0-9A-Z]{5}");

    private static final List<String> WORDS = List.of(
            "before", "after", "rows", "backfill", "no-transaction", "accept", "accept-loss", "allow", "allow-file");
    private static final Pattern ALLOW = Pattern.compile(
            "(?<rules>[A-Za-z]{2}\\d{2}(?:,[A-Za-z]{2}\\d{2})*)(?:\\s+until=(?<until>\\S+))?(?:\\s+(?<reason>.+))?");
    private static final int BATCH = 5000;
    private static final Directives NONE =
            new Directives(List.of(), List.of(), List.of(), Map.of(), List.of(), List.of(), Set.of(), false, true);

    public Directives {
        before = List.copyOf(before);
        after = List.copyOf(after);
        rows = List.copyOf(rows);
        backfills = Map.copyOf(backfills);
        allowed = List.copyOf(allowed);
        losses = List.copyOf(losses);
        accepted = Set.copyOf(accepted);
    }

    /** Where in a part of a text the first directive starts, be it in a comment or not; -1 when there is none. */
    static int find(String text, int from, int to) {
        Matcher found = ANY.matcher(text).region(from, to);
        return found.find() ? found.start() : -1;
    }

    /** The same for a database without the rows that they speak of. */
    Directives unbound() {
        return new Directives(before, after, rows, backfills, allowed, losses, accepted, noTransaction, false);
    }

    /** What a script in memory with these statements tells. */
    static Directives of(HeldBody script, List<Statement> statements, List<Integer> comments) {
        String text = script.text();
        if (find(text, 0, text.length()) < 0) {
            return NONE;
        }
        Reader reader = new Reader(script::place);
        int next = 0;
        for (int offset : comments) {
            while (next < statements.size() && statements.get(next).start() < offset) {
                reader.statement(statements.get(next++));
            }
            reader.comment(offset, text.substring(offset, Lines.end(text, offset)));
        }
        statements.subList(next, statements.size()).forEach(reader::statement);
        return reader.end();
    }

    /** Whether the script must run statement by statement. */
    public boolean declineTransaction() {
        return noTransaction || !backfills.isEmpty();
    }

    /** Collects the directives and what is wrong with them; comments and statements come in the order in which they start. */
    static final class Reader {
        private final IntFunction<Place> places;
        private final List<Directive.Before> before = new ArrayList<>();
        private final List<Directive.After> after = new ArrayList<>();
        private final List<Directive.Rows> rows = new ArrayList<>();
        private final Map<Integer, Directive.Backfill> backfills = new HashMap<>();
        private final Set<String> accepted = new HashSet<>();
        private final List<Problem> problems = new ArrayList<>();
        private final List<Directive.Allow> allowed = new ArrayList<>();
        private final List<Directive.AcceptLoss> losses = new ArrayList<>();
        private boolean noTransaction;
        /** Those that wait for their statement. */
        private final List<Directive> waiting = new ArrayList<>();

        Reader(IntFunction<Place> places) {
            this.places = places;
        }

        void comment(int offset, String text) {
            Matcher line = LINE.matcher(text);
            if (line.matches()) {
                read(offset, line.group("word"), line.group("rest"));
            }
        }

        void statement(Statement statement) {
            if (waiting.isEmpty()) {
                return;
            }
            // a comment inside of a statement comes before it is told, and belongs to the next one
            List<Directive> mine = waiting.stream()
                    .filter(directive -> directive.offset() < statement.start())
                    .toList();
            waiting.removeAll(mine);
            for (Directive directive : mine) {
                if (directive instanceof Directive.Backfill backfill) {
                    bind(backfill, statement);
                } else if (directive instanceof Directive.Allow allow) {
                    allowed.add(new Directive.Allow(
                            allow.offset(), statement.ordinal(), allow.rule(), allow.until(), allow.reason()));
                }
            }
        }

        Directives end() {
            for (Directive directive : waiting) {
                if (directive instanceof Directive.Backfill) {
                    notUnderstood(directive.offset());
                } else {
                    wrong(
                            directive.offset(),
                            "no statement follows that it could concern",
                            "write it in front of the statement, or lockkeeper:allow-file for the whole file");
                }
            }
            if (!problems.isEmpty()) {
                problems.sort(Comparator.comparing(
                        Problem::place,
                        Comparator.nullsFirst(
                                Comparator.comparingInt(Place::line).thenComparingInt(Place::column))));
                throw new LockkeeperException(problems);
            }
            return new Directives(before, after, rows, backfills, allowed, losses, accepted, noTransaction, true);
        }

        private void read(int offset, String word, String rest) {
            switch (word) {
                case "before", "after" -> query(offset, word, rest);
                case "rows" -> rows(offset, rest);
                case "backfill" -> backfill(offset, rest);
                case "no-transaction" -> noTransaction(offset, rest);
                case "accept" -> accept(offset, rest);
                case "accept-loss" -> acceptLoss(offset, rest);
                case "allow", "allow-file" -> allow(offset, word, rest);
                default ->
                    wrong(
                            offset,
                            "lockkeeper:" + word + " is not a directive",
                            Nearest.to(word, WORDS)
                                    .map(n -> "did you mean lockkeeper:" + n + "?")
                                    .orElse("known are " + String.join(", ", WORDS)));
            }
        }

        private void query(int offset, String word, String query) {
            if (query.isEmpty()) {
                wrong(
                        offset,
                        "the query is missing",
                        "write it on the same line: -- lockkeeper:" + word + " select ...");
            } else if (word.equals("before")) {
                before.add(new Directive.Before(offset, query));
            } else {
                after.add(new Directive.After(offset, query));
            }
        }

        private void rows(int offset, String rest) {
            Matcher found = ROWS.matcher(rest);
            if (!found.matches()) {
                wrong(
                        offset,
                        "the contract is not understood",
                        "write a table and how its number of rows may change: -- lockkeeper:rows app.orders same, or +5, or"
                                + " -10..+5, or any..0");
                return;
            }
            String from = found.group("least");
            String to = found.group("most");
            Long least = number(from);
            Long most = number(to == null ? from : to);
            if (least != null && most != null && least > most) {
                wrong(offset, "no number of rows is allowed", "write the smaller change first: " + to + ".." + from);
                return;
            }
            rows.add(new Directive.Rows(offset, found.group("table"), least, most));
        }

        private void noTransaction(int offset, String rest) {
            noTransaction = true;
            if (!rest.isEmpty()) {
                wrong(offset, "something follows no-transaction", "write it alone: -- lockkeeper:no-transaction");
            }
        }

        private void accept(int offset, String rest) {
            String given = rest.toUpperCase(Locale.ROOT);
            if (SQL_STATE.matcher(rest).matches()) {
                accepted.add(rest);
            } else if (SQL_STATE.matcher(given).matches()) {
                wrong(offset, rest + " is not a SQLSTATE", "write its letters large: -- lockkeeper:accept " + given);
            } else {
                wrong(
                        offset,
                        "the accepted warning is not understood",
                        "write its SQLSTATE, such as that of a GRANT which granted nothing: -- lockkeeper:accept 01007");
            }
        }

        private void acceptLoss(int offset, String rest) {
            Matcher found = LOSS.matcher(rest);
            String example = "-- lockkeeper:accept-loss app.orders.note: the notes are in app.notes since";
            if (!found.matches()) {
                wrong(
                        offset,
                        "it does not begin with a table and its schema",
                        "name the table or the column, and say why: " + example);
            } else if (found.group("reason") == null) {
                wrong(offset, "the reason is missing", "say why nothing of use is lost: " + example);
            } else {
                List<String> name = new ArrayList<>();
                Matcher part = Pattern.compile(NAME).matcher(found.group("object"));
                while (part.find()) {
                    name.add(asKept(part.group()));
                }
                losses.add(new Directive.AcceptLoss(offset, name, found.group("reason")));
            }
        }

        private static String asKept(String name) {
            return name.startsWith("\"")
                    ? name.substring(1, name.length() - 1).replace("\"\"", "\"")
                    : name.toLowerCase(Locale.ROOT);
        }

        private void allow(int offset, String word, String rest) {
            Matcher found = ALLOW.matcher(rest);
            String example = "-- lockkeeper:" + word + " LK01 until=2030-12-31 the table has ten rows";
            if (!found.matches()) {
                wrong(offset, "it does not begin with the id of a rule", "write it and a reason: " + example);
                return;
            }
            String day = found.group("until");
            @Nullable LocalDate until = null;
            if (day != null) {
                try {
                    until = LocalDate.parse(day);
                } catch (DateTimeParseException e) {
                    wrong(offset, day + " is not a day", "write year, month and day: " + example);
                    return;
                }
            }
            String reason = found.group("reason");
            if (reason == null) {
                wrong(offset, "the reason is missing", "say why it is right here: " + example);
                return;
            }
            for (String rule : Pattern.compile(",").split(found.group("rules"), -1)) {
                Directive.Allow allow = new Directive.Allow(offset, 0, rule.toUpperCase(Locale.ROOT), until, reason);
                if (word.equals("allow")) {
                    waiting.add(allow);
                } else {
                    allowed.add(allow);
                }
            }
        }

        private static @Nullable Long number(String text) {
            return text.equals("any") ? null : text.equals("same") ? Long.valueOf(0) : Long.valueOf(text);
        }

        private void backfill(int offset, String rest) {
            Matcher found = BACKFILL.matcher(rest);
            if (!found.matches()) {
                notUnderstood(offset);
                return;
            }
            String batch = found.group("batch");
            String pause = found.group("pause");
            waiting.add(new Directive.Backfill(
                    offset,
                    found.group("table"),
                    found.group("key"),
                    batch == null ? BATCH : Integer.parseInt(batch),
                    Duration.ofMillis(pause == null ? 0 : Long.parseLong(pause))));
        }

        private void notUnderstood(int offset) {
            wrong(
                    offset,
                    "the backfill is not understood",
                    "write a table and its key in front of a statement: -- lockkeeper:backfill app.orders id batch=5000"
                            + " pause=50ms");
        }

        private void bind(Directive.Backfill backfill, Statement next) {
            Set<String> names = Set.of(Directive.Backfill.LOW, Directive.Backfill.HIGH);
            if (Placeholders.in(next.sql(), names).size() < names.size()) {
                wrong(
                        backfill.offset(),
                        "the statement does not say which rows are a batch",
                        "write: where " + backfill.key() + " between :low and :high");
            } else if (backfills.putIfAbsent(next.ordinal(), backfill) != null) {
                wrong(
                        backfill.offset(),
                        "the statement has a backfill already",
                        "say once how its rows are counted off");
            }
        }

        private void wrong(int offset, String message, String help) {
            problems.add(
                    Problem.of(Code.DIRECTIVE, message).at(places.apply(offset)).help(help));
        }
    }
}
