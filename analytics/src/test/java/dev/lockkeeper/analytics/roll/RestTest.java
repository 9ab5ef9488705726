package dev.lockkeeper.analytics.roll;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("ANA-06")
class RestTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void rest_makes_work_its_share_of_the_time_whatever_the_rounds_are() {
        Rest rest = new Rest(0.25);
        rest.worked(SECOND.toNanos());
        assertThat(rest.owed()).isEqualTo(Duration.ofSeconds(3));
        rest.rested(SECOND);
        assertThat(rest.owed()).isEqualTo(Duration.ofSeconds(2));
        rest.worked(SECOND.toNanos());
        assertThat(rest.owed()).isEqualTo(Duration.ofSeconds(5));
        rest.rested(Duration.ofSeconds(5));
        assertThat(rest.owed()).isZero();
    }

    @Test
    void time_without_work_is_no_credit_for_a_burst() {
        Rest rest = new Rest(0.5);
        rest.rested(Duration.ofHours(9));
        rest.worked(SECOND.toNanos());
        assertThat(rest.owed()).isEqualTo(SECOND);
    }

    @Test
    void who_has_all_of_the_time_rests_never() {
        Rest rest = new Rest(1);
        rest.worked(SECOND.toNanos());
        assertThat(rest.owed()).isZero();
    }
}
