package dev.lockkeeper.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NeedlesTest {
    private static final Needles NEEDLES = new Needles("zap", "a-z", "set ");

    @ParameterizedTest
    @ValueSource(
            strings = {"zap", "ZAP", "xZaPx", "é zap", "zazap", "A-Z", "[a-z]", "a-Z", "unset ", "SET x", "za zap"})
    void a_word_is_found_wherever_it_stands_and_however_it_is_spelled(String text) {
        assertThat(NEEDLES.occurIn(text)).as(text).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "za", "zaq", "yap", "set", "a\rz", "z\u0001p", "\u212Aap", "zA\u0301p", "a-["})
    void nothing_else_is_taken_for_it(String text) {
        assertThat(NEEDLES.occurIn(text)).as(text).isFalse();
    }
}
