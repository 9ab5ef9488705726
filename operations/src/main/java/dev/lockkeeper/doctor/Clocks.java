package dev.lockkeeper.doctor;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** Whether this machine and the server agree on the time, as far as the way between them lets it be seen. */
final class Clocks implements Check {
    private static final int TRIES = 3;

    private final Clock clock;

    Clocks(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String what() {
        return "the clock of the server";
    }

    @Override
    public Part part() {
        return Part.CONNECTION;
    }

    @Override
    public void look(Patient patient, Chart chart) {
        Duration best = Duration.ofDays(1);
        Duration apart = Duration.ZERO;
        for (int i = 0; i < TRIES; i++) {
            long start = System.nanoTime();
            String micros = Objects.requireNonNull(
                    patient.row("select (extract(epoch from clock_timestamp()) * 1000000)::bigint")[0]);
            Duration trip = Duration.ofNanos(System.nanoTime() - start);
            Instant here = clock.instant().minus(trip.dividedBy(2));
            if (trip.compareTo(best) < 0) {
                best = trip;
                apart = Duration.between(here, Instant.EPOCH.plusNanos(Long.parseLong(micros) * 1000));
            }
        }
        // the server may have read its clock at any moment of the trip
        Duration sure = apart.abs().minus(best.dividedBy(2));
        chart.fact(
                "clock",
                "within " + Math.max(1, apart.abs().plus(best.dividedBy(2)).toMillis()) + " ms of this machine's");
        if (sure.compareTo(patient.limits().skew()) > 0) {
            chart.found(
                    Symptom.CLOCK_SKEW,
                    "",
                    "the clock of the server is " + apart.abs().toMillis() + " ms "
                            + (apart.isNegative() ? "behind" : "ahead of") + " this machine's",
                    "let both be set by the same time service, such as chrony");
        }
    }
}
