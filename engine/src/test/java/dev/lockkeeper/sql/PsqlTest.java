package dev.lockkeeper.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockkeeper.sql.PsqlListener.Sent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the splitter against psql itself: what it sends for a file. Needs psql 15 or later on the path. */
@Tag("MIG-04")
class PsqlTest {
    private static final int MUTANTS = Integer.getInteger("lockkeeper.mutants", 1_000);

    /** Commands that psql would carry out on this machine. */
    private static final Pattern COMMAND = Pattern.compile("\\\\(?!(un)?restrict |N)[a-zA-Z!?]");

    /** psql reads line by line and misses that a string goes on: it takes a backslash in an E'' string for a letter. */
    private static final Pattern CONTINUED =
            Pattern.compile("'([ \\t\\f\\x0B]|--[^\\r\\n]*)*+[\\r\\n]([ \\t\\f\\x0B\\r\\n]|--[^\\r\\n]*[\\r\\n])*+'");

    private static final PostgresScanner SCANNER = new PostgresScanner();
    private static final Oracle ORACLE = new Oracle(SCANNER);

    @TempDir
    static Path folder;

    static PsqlListener listener;

    @BeforeAll
    static void find_psql() throws Exception {
        int version = version();
        assumeTrue(version > 0, "psql is not installed, so nothing is compared with it");
        assumeTrue(version >= 15, "psql " + version + " is older than 15, whose rules the splitter follows");
        listener = new PsqlListener(PsqlTest::copiesIn);
    }

    @AfterAll
    static void stop() throws IOException {
        if (listener != null) {
            listener.close();
        }
    }

    @Test
    void psql_sends_the_statements_of_the_corpus() throws Exception {
        compare(Corpus.CASES.stream()
                .map(Corpus.Case::script)
                .filter(PsqlTest::isComparable)
                .toList());
    }

    @Test
    void psql_sends_the_statements_of_mutants() throws Exception {
        compare(IntStream.iterate(1, seed -> seed + 1)
                .mapToObj(Mutant::of)
                .filter(PsqlTest::isComparable)
                .limit(MUTANTS)
                .toList());
    }

    private static boolean isComparable(String script) {
        return !COMMAND.matcher(script).find()
                && !(CONTINUED.matcher(script).find() && script.contains("\\"))
                && !script.contains(":{?")
                && isCut(script)
                // the listener asks the oracle where to expect data
                && !(script.toLowerCase(Locale.ROOT).contains("copy")
                        && ORACLE.split(script).outcome() != Oracle.Outcome.SPLIT);
    }

    private static boolean isCut(String script) {
        try {
            Splitter.split(script);
            return true;
        } catch (SqlFlaw flaw) {
            return false;
        }
    }

    private static void compare(List<String> scripts) throws Exception {
        assertThat(scripts).hasSizeGreaterThan(50);
        List<Path> files = new ArrayList<>();
        for (String script : scripts) {
            files.add(Files.writeString(folder.resolve(files.size() + ".sql"), script));
        }
        List<List<Sent>> sent = listener.run(files);
        assertThat(sent).hasSameSizeAs(scripts);
        for (int i = 0; i < scripts.size(); i++) {
            compare(
                    scripts.get(i),
                    sent.get(i).stream().filter(s -> !isEmpty(s.query())).toList());
        }
    }

    private static void compare(String script, List<Sent> sent) {
        List<Statement> statements = Splitter.split(script);
        assertThat(sent).as(script).hasSameSizeAs(statements);
        for (int i = 0; i < sent.size(); i++) {
            Statement statement = statements.get(i);
            String query = withoutBlankLines(sent.get(i).query());
            String sql = withoutBlankLines(statement.sql());
            assertThat(IntStream.range(0, query.length())
                            .filter(at -> query.startsWith(sql, at))
                            .anyMatch(at -> isEmpty(query.substring(0, at) + query.substring(at + sql.length()))))
                    .as("%s: %s is all of %s", script, sql, query)
                    .isTrue();
            assertThat(sent.get(i).copyData())
                    .as(script)
                    .isEqualTo(Objects.requireNonNullElse(statement.copyData(), ""));
        }
    }

    /** psql drops blank lines outside of quotes. */
    private static String withoutBlankLines(String sql) {
        return sql.replaceAll("\n+", "\n");
    }

    private static boolean copiesIn(String query) {
        return ORACLE.split(query).statements().stream().anyMatch(s -> s.copyData() != null);
    }

    /** Nothing but blanks, comments and semicolons. */
    private static boolean isEmpty(String query) {
        PostgresScanner.Scan scan = SCANNER.scan(query);
        return !scan.failed() && scan.tokens().stream().allMatch(t -> query.charAt(t.start()) == ';');
    }

    private static int version() throws Exception {
        try {
            Process psql = new ProcessBuilder("psql", "--version").start();
            Matcher number = Pattern.compile("\\d+")
                    .matcher(new String(psql.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
            return psql.waitFor() == 0 && number.find() ? Integer.parseInt(number.group()) : 0;
        } catch (IOException missing) {
            return 0;
        }
    }
}
