package dev.lockkeeper.rehearsal;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells the migrations that take away or change what the databases of a server share, such as DROP ROLE: a trial in a copy
 * would take it from the main database as well, and what the main database has would keep the copy from dropping it.
 */
final class Shared {
    /** Wherever it stands in a statement, also in the body of a DO block: one too many costs nothing but the copy. */
    private static final Pattern TAKES = Pattern.compile(
            "(?is)\\b(?:(?:drop|alter|reassign)\\s+(?:role|user(?!\\s+mapping)|group|owned|tablespace)|(?:drop|create)\\s+database"
                    + "|pg_drop_replication_slot|pg_replication_origin_drop|(?:commit|rollback)\\s+prepared)\\b");

    /** One that is named in a script is never the throw-away one. */
    private static final Pattern OTHER_DATABASE = Pattern.compile("(?is)^\\s*alter\\s+database\\b");

    private static final Pattern MAKES =
            Pattern.compile("(?is)\\bcreate\\s+(?:role|user(?!\\s+mapping)|group|tablespace)\\b");

    /** What stays on a server when its databases are gone, concerns all of it, or reaches out of it. */
    private static final Pattern STAYS = Pattern.compile(
            "(?is)\\b(?:(?:create|drop|alter|reassign)\\s+(?:role|user(?!\\s+mapping)|group|owned|tablespace|database|system"
                    + "|subscription|server|foreign\\s+data)|comment\\s+on\\s+(?:role|database|tablespace|subscription)"
                    + "|security\\s+label\\s+.*?\\bon\\s+(?:role|database|tablespace)|(?:to|from)\\s+program"
                    + "|on\\s+(?:database|tablespace|parameter)|postgres_fdw|file_fdw|dblink\\w*"
                    + "|pg_(?:create|copy|drop)_(?:physical|logical)?_?replication_slot|pg_replication_origin_(?:create|drop)"
                    + "|pg_reload_conf|pg_(?:terminate|cancel)_backend|pg_file_\\w+|lo_export)\\b");

    /** A role that is granted or revoked: no object stands between. */
    private static final Pattern MEMBERSHIP =
            Pattern.compile("(?is)(?:grant|revoke)\\b(?!.*\\bon\\b.*\\b(?:to|from)\\b).*");

    /** A file of the server's machine. */
    private static final Pattern FILE = Pattern.compile("(?is)copy\\b.*\\b(?:to|from)\\s+(?:e?'|program\\b).*");

    private static final Pattern REMARK =
            Pattern.compile("(?is)comment\\s+on\\s+(?:role|database|tablespace|subscription)\\b");

    /** Statements that only hold rows or words. */
    private static final Set<String> WORDS = Set.of("insert", "update", "copy", "comment");

    private Shared() {}

    static boolean anyOf(List<Migration> migrations) {
        return migrations.stream().anyMatch(Shared::concerns);
    }

    /** Whether a migration can be tried in the main database only. What it makes itself the copy may drop. */
    static boolean concerns(Migration migration) {
        Script down = migration.down();
        return has(migration.up(), TAKES)
                || has(migration.up(), OTHER_DATABASE)
                || (down != null && (has(down, OTHER_DATABASE) || (has(down, TAKES) && !has(migration.up(), MAKES))));
    }

    private static boolean has(Script script, Pattern pattern) {
        AtomicBoolean found = new AtomicBoolean();
        script.commands()
                .forEach(statement -> found.compareAndSet(
                        false,
                        !isWords(statement) && pattern.matcher(statement.sql()).find()));
        return found.get();
    }

    /** The statements that would leave something on a server that others use, or disturb them, as far as their text tells. */
    static List<Problem> staying(Script script) {
        List<Problem> problems = new ArrayList<>();
        script.commands().forEach(statement -> {
            String what = staying(statement);
            if (!what.isEmpty()) {
                problems.add(
                        Problem.of(Code.SERVER_SHARED, "this concerns the whole server, on which others work: " + what)
                                .at(script.place(statement.start()))
                                .because("it would stay there when the throw-away database is gone, or reach out of it")
                                .help(
                                        "prove this history on the embedded server, without --server; or move the statement out of the"
                                                + " history, to where the server is set up"));
            }
        });
        return problems;
    }

    /** The words that tell; empty when none do. */
    private static String staying(Statement statement) {
        String sql = statement.sql();
        if (MEMBERSHIP.matcher(sql).matches()) {
            return sql.lines().findFirst().orElse("");
        }
        if (FILE.matcher(sql).matches()) {
            return "a file or program of its machine";
        }
        // what a comment says of a table is words, what it stands on is not
        boolean words = isWords(statement) && !REMARK.matcher(sql).lookingAt();
        Matcher found = STAYS.matcher(sql);
        return !words && found.find() ? found.group().replaceAll("\\s+", " ") : "";
    }

    private static boolean isWords(Statement statement) {
        return !statement.words().isEmpty() && WORDS.contains(statement.words().get(0));
    }
}
