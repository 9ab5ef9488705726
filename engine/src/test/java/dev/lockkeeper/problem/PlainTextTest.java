package dev.lockkeeper.problem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u3164",
                "a\u3164b",
                "\u115f\u1160",
                "\uffa0",
                "\u2800",
                "a\ufe0f",
                "\ufe00",
                "\u034f",
                "\u180b",
                "x\udb40\udc41"
            })
    void character_that_draws_nothing_hides_what_two_texts_have_apart(String text) {
        assertThat(PlainText.objection(text, 100))
                .hasValueSatisfying(said -> assertThat(said).startsWith("holds a "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Größe: 5 µm, why?",
                "❤️ ⚠️ ok",
                "1️⃣ first",
                "👩‍👩‍👧 🏳️‍🌈 🐘",
                "日本語 한국어 العربية हिन्दी",
                "é",
                "✓ done"
            })
    void what_people_write_is_plain(String text) {
        assertThat(PlainText.objection(text, 100)).isEmpty();
    }

    @Test
    void length_is_counted_in_characters_as_people_see_them() {
        assertThat(PlainText.objection("🐘".repeat(100), 100)).isEmpty();
        assertThat(PlainText.objection("🐘".repeat(101), 100)).contains("has 101 characters, and may have 100");
    }
}
