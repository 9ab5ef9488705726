package dev.lockkeeper.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockkeeper.forecast.Cost.Sample;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("PROOF-05")
class CostTest {
    @Test
    void three_tables_tell_apart_what_is_always_there_what_rows_cost_and_what_bytes_cost() {
        Cost known = new Cost(5, 0.001, 0.00002, false);
        Cost found = Cost.of(
                sample(known, 20_000, 800_000),
                sample(known, 200_000, 8_000_000),
                sample(known, 40_000, 16_000_000),
                false);
        assertThat(found.of(1_000_000, 300_000_000)).isCloseTo(known.of(1_000_000, 300_000_000), within(0.01));
    }

    @Test
    void sorting_grows_faster_than_rows() {
        Cost known = new Cost(1, 0.0001, 0, true);
        Cost found = Cost.of(
                sample(known, 20_000, 800_000),
                sample(known, 200_000, 8_000_000),
                sample(known, 40_000, 16_000_000),
                true);
        assertThat(found.of(10_000_000, 0) / found.of(1_000_000, 0)).isGreaterThan(11);
    }

    @Test
    void measurements_that_make_no_sense_give_no_negative_time() {
        Cost odd =
                Cost.of(new Sample(20_000, 8e5, 50), new Sample(200_000, 8e6, 40), new Sample(40_000, 1.6e7, 1), false);
        assertThat(odd.of(1, 1)).isNotNegative();
        assertThat(odd.of(1e9, 1e12)).isNotNegative();
    }

    private static Sample sample(Cost cost, double rows, double octets) {
        return new Sample(rows, octets, cost.of(rows, octets));
    }
}
