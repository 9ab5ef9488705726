package dev.lockkeeper.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuotedTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'a'        | a
            'it''s'    | it's
            'a"b'      | a"b
            E'a\\n'    | a\\n
            e'a'       | a
            U&'a'      | a
            $$a$$      | a
            $$'a'$$    | 'a'
            $q$a$$b$q$ | a$$b
            """)
    void a_string_or_a_body_is_read_without_its_quotes(String token, String content) {
        assertThat(Quoted.content(token)).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "$", "$$", "$1", "$q$", "$$$$", "''", "'", "\"it's'", "\"a\"", "abc'd'", "1", ";"})
    void nothing_is_read_of_any_other_token(String token) {
        assertThat(Quoted.content(token)).isEmpty();
    }
}
