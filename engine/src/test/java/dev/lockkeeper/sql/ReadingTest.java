package dev.lockkeeper.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadingTest {
    @Test
    void beyond_its_ends_there_is_nothing_however_many_tokens_it_has() {
        for (String text : new String[] {"a", "a ".repeat(16), "(".repeat(32)}) {
            Reading sql = Reading.of(text);
            assertThat(sql.text(-1)).isEmpty();
            assertThat(sql.word(-1)).isEmpty();
            assertThat(sql.text(sql.size())).isEmpty();
            assertThat(sql.word(sql.size())).isEmpty();
            assertThat(sql.name(sql.size())).isEmpty();
            assertThat(sql.isOpen(sql.size())).isFalse();
            assertThat(sql.afterName(sql.size())).isEqualTo(sql.size());
        }
    }

    @Test
    void names_are_read_as_the_server_keeps_them() {
        Reading sql = Reading.of("S . \"T \"\"x\" (a, (b), 'c') /* d */ ; (e");
        assertThat(sql.name(0)).isEqualTo("s");
        assertThat(sql.name(2)).isEqualTo("T \"x");
        assertThat(sql.word(2)).isEmpty();
        assertThat(sql.text(2)).isEqualTo("\"T \"\"x\"");
        assertThat(sql.afterName(0)).isEqualTo(3);
        assertThat(sql.afterName(3)).isEqualTo(3);
        assertThat(sql.isOpen(3)).isTrue();
        assertThat(sql.text(sql.afterParentheses(3))).isEqualTo(";");
        assertThat(sql.afterParentheses(sql.size() - 2)).isEqualTo(sql.size());
        assertThat(Reading.of("a.").afterName(0)).isEqualTo(2);
    }

    @Test
    void what_cannot_be_read_ends_it() {
        assertThat(Reading.of("a b 'c").size()).isEqualTo(2);
    }

    @Test
    void words_follow_one_another() {
        Reading sql = Reading.of("Create \"table\" t");
        assertThat(sql.isPhrase(0, "create")).isTrue();
        assertThat(sql.isPhrase(0, "create", "table")).isFalse();
        assertThat(sql.isPhrase(2, "t")).isTrue();
        assertThat(sql.isPhrase(2, "t", "")).isTrue();
    }
}
