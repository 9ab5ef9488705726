package dev.lockkeeper.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.sql.Statement.Kind;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("MIG-04")
class SplitterTest {
    @ParameterizedTest
    @FieldSource("dev.lockkeeper.sql.Corpus#CASES")
    void a_script_is_cut_as_psql_cuts_it(Corpus.Case hard) {
        List<Statement> statements = Splitter.split(hard.script());
        assertThat(statements).extracting(Statement::sql).isEqualTo(hard.statements());
        assertThat(statements)
                .allSatisfy(s ->
                        assertThat(hard.script().substring(s.start(), s.end())).isEqualTo(s.sql()));
        assertThat(statements)
                .extracting(Statement::ordinal)
                .isEqualTo(IntStream.rangeClosed(1, statements.size()).boxed().toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"begin", "BEGIN WORK", "Begin /* c */ Transaction", "start transaction"})
    void a_plain_start_of_a_transaction_is_a_begin(String sql) {
        assertThat(kind(sql)).isEqualTo(Kind.BEGIN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"commit", "COMMIT WORK", "commit transaction", "end", "END WORK", "end transaction"})
    void a_plain_end_of_a_transaction_is_a_commit(String sql) {
        assertThat(kind(sql)).isEqualTo(Kind.COMMIT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "begin isolation level serializable",
                "begin transaction read only",
                "start transaction isolation level repeatable read",
                "start transaction read only",
                "commit and chain",
                "commit prepared 'x'",
                "end work and no chain",
                "rollback",
                "rollback to savepoint s",
                "rollback prepared 'x'",
                "abort",
                "savepoint s",
                "savepoint \"S\"",
                "release s",
                "prepare transaction 'x'"
            })
    void every_other_command_about_transactions_is_one(String sql) {
        assertThat(kind(sql)).isEqualTo(Kind.TRANSACTION);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select case when true then 1 end",
                "prepare q as select 1",
                "prepare transaction as select 1",
                "set transaction read only",
                "lock table t",
                "\"begin\"",
                "(begin)",
                "beginning",
                "call commit()",
                "COMMIT\u212A",
                "copy t to 'stdout'"
            })
    void everything_else_is_ordinary(String sql) {
        assertThat(kind(sql)).isEqualTo(Kind.ORDINARY);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    copy t from stdin;~1~2~\\.~                       | 1~2~
                    copy t (a, b) from stdin;~1~2~                    | 1~2~
                    copy "T" FROM STDIN delimiter ',' ; -- c~1~\\.~   | 1~
                    copy s.t from stdout;^1^\\.^                      | 1^
                    copy t from stdin;~\\.~                           | ''
                    copy t from stdin;~~\\.~                          | ~
                    copy t from stdin                                 | ''
                    copy t from stdin;                                | ''
                    """)
    void the_data_of_copy_are_the_lines_up_to_its_end(String script, String data) {
        Statement copy = Splitter.split(lines(script)).get(0);
        assertThat(copy.kind()).isEqualTo(Kind.COPY_IN);
        assertThat(copy.copyData()).isEqualTo(lines(data));
    }

    @Test
    void only_copy_has_data() {
        assertThat(Splitter.split("select 1; copy t to stdout"))
                .extracting(Statement::copyData)
                .containsOnlyNulls();
    }

    @Test
    void words_are_the_leading_unquoted_ones_in_lower_case() {
        assertThat(words("CREATE Unique INDEX CONCURRENTLY \"X\" on t"))
                .containsExactly("create", "unique", "index", "concurrently");
        assertThat(words("alter table Public.users")).containsExactly("alter", "table", "public");
        assertThat(words("a b c d e f g h i j")).containsExactly("a", "b", "c", "d", "e", "f", "g", "h");
        assertThat(words("AZ BY")).containsExactly("az", "by");
        assertThat(words("É ÇA \u212A")).containsExactly("É", "Ça", "\u212A");
        assertThat(words("'a' b")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    select 1; select 'abc; select 2             | 17 | a string is opened here and never closed
                    select 'it''s                               | 7  | a string is opened here and never closed
                    select 'a'~  'b                             | 7  | a string is opened here and never closed
                    select E'a\\'; select 2                     | 7  | an escape string is opened here and never closed
                    select "a""b                                | 7  | a quoted identifier is opened here and never closed
                    select $q$ $$ $q $Q$                        | 7  | the dollar quote $q$ is opened here and never closed
                    select 1 /* a /* b */ ;                     | 9  | a comment is opened here and never closed
                    select (1 + (2; select 3                    | 7  | a parenthesis is opened here and never closed
                    create function f() begin atomic select 1;  | 20 | the body of a function or procedure begins here and has no END
                    """)
    void what_is_never_closed_is_named_where_it_was_opened(String script, int offset, String message) {
        SqlFlaw flaw = flaw(lines(script));
        assertThat(flaw.code()).isEqualTo(Code.UNTERMINATED);
        assertThat(flaw.offset()).isEqualTo(offset);
        assertThat(flaw).hasMessage(message);
        assertThat(flaw.help()).startsWith("close ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    \\i other.sql                    | 0  | \\i        | a migration of its own
                    \\ir ../other.sql                | 0  | \\ir       | a migration of its own
                    select 1;~\\set x 1              | 10 | \\set      | ${name}
                    \\copy t from 'x.csv'            | 0  | \\copy     | COPY ... FROM STDIN
                    \\connect other                  | 0  | \\connect  | component
                    \\c other                        | 0  | \\c        | component
                    select 'x' \\gexec               | 11 | \\gexec    | EXECUTE
                    select (1 \\g                    | 10 | \\g        | semicolon
                    \\if true                        | 0  | \\if       | DO block
                    select 1 \\; select 2            | 9  | \\;        | without the backslash
                    \\dt+                            | 0  | \\dt+      | in SQL
                    select 1 \\unrestrict x          | 9  | \\unrestrict | between two commands
                    \\restrict                       | 0  | \\restrict | followed by its key
                    select 1;~\\.                    | 10 | \\.        | FROM STDIN;
                    select 1 \\                      | 9  | a backslash | remove it
                    select 'it\\''s' \\' x                | 16 | a backslash | inside quotes
                    """)
    void a_command_for_psql_is_refused_with_advice(String script, int offset, String named, String advice) {
        SqlFlaw flaw = flaw(lines(script));
        assertThat(flaw.code()).isEqualTo(Code.BACKSLASH_COMMAND);
        assertThat(flaw.offset()).isEqualTo(offset);
        assertThat(flaw).hasMessageStartingWith(named + " ");
        assertThat(flaw.help()).contains(advice);
    }

    @Test
    void a_command_on_the_line_where_copy_ends_is_refused() {
        SqlFlaw flaw = flaw("copy t from stdin; select 1;\n1\n\\.\n");
        assertThat(flaw.code()).isEqualTo(Code.COPY_DATA);
        assertThat(flaw.offset()).isEqualTo(19);
        assertThat(flaw.help()).contains("next line");
    }

    @Test
    void a_nul_character_is_refused_wherever_it_stands() {
        SqlFlaw flaw = flaw("select '\0'");
        assertThat(flaw.code()).isEqualTo(Code.FILE_UNREADABLE);
        assertThat(flaw.offset()).isEqualTo(8);
        assertThat(flaw).hasMessageContaining("NUL");
        assertThat(flaw("\0").offset()).isZero();
    }

    @Test
    void a_lone_surrogate_is_a_letter_like_any_other() {
        assertThat(Splitter.split("select \uD800, '\uDC00;' /* \uD800; */; select $\uD800$;$\uD800$ -- \uD800;"))
                .extracting(Statement::sql)
                .containsExactly("select \uD800, '\uDC00;'", "select $\uD800$;$\uD800$");
    }

    @Test
    void long_and_deep_scripts_are_cut_in_one_pass() {
        String comment = "/*".repeat(500_000) + "*/".repeat(500_000);
        String insert = "insert into t values " + "('it''s; $$', E'\\';', \"a;\"), ".repeat(200_000) + "(1)";
        String tags = "select $a$" + "$a $b$".repeat(300_000) + "$a$";
        assertThat(Splitter.split(comment + insert + ";" + tags + ";" + "-".repeat(1_000_001)))
                .extracting(Statement::sql)
                .containsExactly(insert, tags);
    }

    private static Kind kind(String sql) {
        return Splitter.split(sql).get(0).kind();
    }

    private static List<String> words(String sql) {
        return Splitter.split(sql).get(0).words();
    }

    private static SqlFlaw flaw(String script) {
        return catchThrowableOfType(SqlFlaw.class, () -> Splitter.split(script));
    }

    /** In a table of cases ~ stands for a newline and ^ for CRLF. */
    private static String lines(String cell) {
        return cell.replace("~", "\n").replace("^", "\r\n");
    }
}
