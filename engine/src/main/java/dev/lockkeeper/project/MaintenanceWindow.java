package dev.lockkeeper.project;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A time of the week in which runs may begin, as the clocks on the walls of a place show it.
 *
 * <p>It begins at the first instant at which the wall shows {@code from}, or would show it if the hour were not skipped, and ends
 * at the last at which it shows {@code to}: an hour that comes twice belongs to it both times.
 *
 * @param days on which it begins
 * @param to not after {@code from} when it lasts into the next day; equal to it for a whole day
 */
public record MaintenanceWindow(Set<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone) {
    public MaintenanceWindow {
        days = Set.copyOf(days);
    }

    /** When the window ends that is open at an instant; empty when it is closed. */
    public Optional<Instant> closes(Instant now) {
        LocalDate today = now.atZone(zone).toLocalDate();
        return Stream.of(today.minusDays(1), today)
                .filter(day -> days.contains(day.getDayOfWeek()))
                .filter(day -> !now.isBefore(start(day)) && now.isBefore(end(day)))
                .map(this::end)
                .findFirst();
    }

    /** When it opens next, after an instant; within a week, for it has a day. */
    public Instant opens(Instant now) {
        LocalDate day = now.atZone(zone).toLocalDate();
        while (!days.contains(day.getDayOfWeek()) || !start(day).isAfter(now)) {
            day = day.plusDays(1);
        }
        return start(day);
    }

    private Instant start(LocalDate day) {
        return ZonedDateTime.of(day, from, zone).withEarlierOffsetAtOverlap().toInstant();
    }

    private Instant end(LocalDate day) {
        LocalDate last = to.isAfter(from) ? day : day.plusDays(1);
        return ZonedDateTime.of(last, to, zone).withLaterOffsetAtOverlap().toInstant();
    }

    /** For people, such as {@code mon, tue 22:00-02:00 Europe/Berlin}. */
    @Override
    public String toString() {
        return EnumSet.copyOf(days).stream()
                        .map(day -> day.name().substring(0, 3).toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", "))
                + " " + from + "-" + to + " " + zone;
    }
}
