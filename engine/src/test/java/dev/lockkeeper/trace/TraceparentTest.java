package dev.lockkeeper.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples and rules of W3C Trace Context, "traceparent Header". */
class TraceparentTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-" + TRACE + "-" + SPAN + "-01",
                // of a later version more may follow
                "01-" + TRACE + "-" + SPAN + "-01",
                "cc-" + TRACE + "-" + SPAN + "-03-what the future will be like"
            })
    void a_place_is_read(String text) {
        assertThat(Traceparent.parse(text)).contains(new Traceparent(TRACE, SPAN, true));
    }

    @Test
    void the_last_bit_says_whether_it_is_sampled() {
        assertThat(Traceparent.parse("00-" + TRACE + "-" + SPAN + "-fe")
                        .orElseThrow()
                        .sampled())
                .isFalse();
        Traceparent off = Traceparent.parse("00-" + TRACE + "-" + SPAN + "-00").orElseThrow();
        assertThat(off.next().text())
                .startsWith("00-" + TRACE + "-")
                .endsWith("-00")
                .doesNotContain(SPAN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + SPAN + "-01",
                "00-00000000000000000000000000000000-" + SPAN + "-01",
                "00-" + TRACE + "-0000000000000000-01",
                "ff-" + TRACE + "-" + SPAN + "-01",
                "00-" + TRACE + "-" + SPAN + "-01-more",
                "cc-" + TRACE + "-" + SPAN + "-01.more",
                "00-" + TRACE + "-" + SPAN + "-1",
                "00-" + TRACE + "-" + SPAN,
                "00-" + TRACE + "-" + SPAN + "-01\n",
                " 00-" + TRACE + "-" + SPAN + "-01",
                "00-" + TRACE + "'-" + SPAN + "-01",
                "0x-" + TRACE + "-" + SPAN + "-01"
            })
    void what_the_recommendation_forbids_is_none(String text) {
        assertThat(Traceparent.parse(text)).isEmpty();
    }

    @Test
    void places_that_begin_here_differ_and_are_places() {
        Set<String> traces = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            Traceparent begun = Traceparent.begin();
            assertThat(Traceparent.parse(begun.text())).contains(begun);
            assertThat(traces.add(begun.trace())).isTrue();
        }
    }
}
