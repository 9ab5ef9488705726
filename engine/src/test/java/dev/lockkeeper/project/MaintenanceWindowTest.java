package dev.lockkeeper.project;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MaintenanceWindowTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static MaintenanceWindow window(Set<DayOfWeek> days, String from, String to) {
        return new MaintenanceWindow(days, LocalTime.parse(from), LocalTime.parse(to), BERLIN);
    }

    private static boolean isOpen(MaintenanceWindow window, String at) {
        return window.closes(at(at)).isPresent();
    }

    private static Instant at(String text) {
        return OffsetDateTime.parse(text).toInstant();
    }

    @Test
    void a_window_opens_on_its_minute_and_closes_on_its_minute() {
        MaintenanceWindow window = window(EnumSet.of(DayOfWeek.TUESDAY), "09:00", "10:30");
        assertThat(isOpen(window, "2026-06-02T08:59:59.999+02:00")).isFalse();
        assertThat(isOpen(window, "2026-06-02T09:00:00+02:00")).isTrue();
        assertThat(isOpen(window, "2026-06-02T10:29:59.999+02:00")).isTrue();
        assertThat(isOpen(window, "2026-06-02T10:30:00+02:00")).isFalse();
        assertThat(isOpen(window, "2026-06-03T09:30:00+02:00")).isFalse();
        assertThat(window.opens(at("2026-06-02T09:00:00+02:00"))).isEqualTo(at("2026-06-09T09:00:00+02:00"));
    }

    @Test
    void a_window_past_midnight_belongs_to_the_day_on_which_it_begins() {
        MaintenanceWindow window = window(EnumSet.of(DayOfWeek.FRIDAY), "22:00", "02:00");
        assertThat(isOpen(window, "2026-06-06T01:59:00+02:00")).isTrue();
        assertThat(isOpen(window, "2026-06-05T01:00:00+02:00")).isFalse();
        assertThat(window.closes(at("2026-06-05T23:00:00+02:00"))).contains(at("2026-06-06T02:00:00+02:00"));
    }

    @Test
    void a_window_whose_ends_are_equal_lasts_a_whole_day() {
        MaintenanceWindow window = window(EnumSet.of(DayOfWeek.SUNDAY), "00:00", "00:00");
        assertThat(isOpen(window, "2026-06-07T00:00:00+02:00")).isTrue();
        assertThat(isOpen(window, "2026-06-07T23:59:59+02:00")).isTrue();
        assertThat(isOpen(window, "2026-06-08T00:00:00+02:00")).isFalse();
    }

    @Test
    void the_wall_clock_counts_in_winter_and_in_summer() {
        MaintenanceWindow window = window(EnumSet.allOf(DayOfWeek.class), "22:00", "23:00");
        assertThat(isOpen(window, "2026-01-15T21:30:00Z")).isTrue();
        assertThat(isOpen(window, "2026-07-15T21:30:00Z")).isFalse();
        assertThat(isOpen(window, "2026-07-15T20:30:00Z")).isTrue();
    }

    @Test
    void in_the_night_in_which_an_hour_is_skipped_a_window_within_it_moves_by_that_hour() {
        // 02:00 becomes 03:00 on 29 March 2026
        MaintenanceWindow window = window(EnumSet.of(DayOfWeek.SUNDAY), "02:30", "04:00");
        assertThat(isOpen(window, "2026-03-29T01:29:00Z")).isFalse();
        assertThat(isOpen(window, "2026-03-29T01:30:00Z")).isTrue();
        assertThat(isOpen(window, "2026-03-29T02:00:00Z")).isFalse();
        MaintenanceWindow gone = window(EnumSet.of(DayOfWeek.SUNDAY), "02:10", "02:50");
        assertThat(isOpen(gone, "2026-03-29T01:20:00Z")).isTrue();
        assertThat(isOpen(gone, "2026-03-29T01:50:00Z")).isFalse();
    }

    @Test
    void in_the_night_in_which_an_hour_comes_twice_a_window_within_it_is_open_both_times() {
        // 03:00 becomes 02:00 on 25 October 2026
        MaintenanceWindow window = window(EnumSet.of(DayOfWeek.SUNDAY), "02:15", "02:45");
        assertThat(isOpen(window, "2026-10-25T02:20:00+02:00")).isTrue();
        assertThat(isOpen(window, "2026-10-25T02:20:00+01:00")).isTrue();
        assertThat(isOpen(window, "2026-10-25T02:45:00+01:00")).isFalse();
        assertThat(isOpen(window, "2026-10-25T02:14:00+02:00")).isFalse();
        assertThat(window.opens(at("2026-10-19T12:00:00+02:00"))).isEqualTo(at("2026-10-25T02:15:00+02:00"));
    }

    @Test
    void it_reads_as_people_write_it() {
        assertThat(window(EnumSet.of(DayOfWeek.TUESDAY, DayOfWeek.MONDAY), "22:00", "02:00"))
                .hasToString("mon, tue 22:00-02:00 Europe/Berlin");
    }
}
