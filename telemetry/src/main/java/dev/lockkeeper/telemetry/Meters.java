package dev.lockkeeper.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleGauge;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongGauge;
import io.opentelemetry.api.metrics.Meter;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The metrics: their names, units and attributes, as docs/operate/telemetry.md lists them. */
final class Meters {
    /** From a small migration to one that runs over night. */
    private static final List<Double> SECONDS =
            List.of(0.005, 0.025, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 1800.0, 7200.0, 28800.0);

    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    private final DoubleHistogram command;
    private final DoubleHistogram run;
    private final DoubleHistogram migration;
    private final DoubleHistogram analytics;
    private final LongCounter rows;
    private final LongCounter waits;
    private final LongCounter retries;
    private final LongCounter failures;
    private final LongCounter buckets;
    private final LongGauge pending;
    private final LongGauge drift;
    private final LongGauge emergencies;
    private final DoubleGauge lag;

    Meters(Meter meter) {
        command = seconds(meter, "lockkeeper.command.duration", "How long a command took.");
        run = seconds(meter, "lockkeeper.run.duration", "How long the work on a component took.");
        migration = seconds(meter, "lockkeeper.migration.duration", "How long a migration took.");
        analytics = seconds(meter, "lockkeeper.analytics.duration", "How long a rollup took.");
        rows = counter(meter, "lockkeeper.rows", "{row}", "Rows that migrations have changed.");
        waits = counter(
                meter, "lockkeeper.lock.waits", "{wait}", "Waits for locks: for another run, or of a statement.");
        retries = counter(
                meter, "lockkeeper.retries", "{attempt}", "Attempts that a lock has ended and that were made again.");
        failures = counter(meter, "lockkeeper.failures", "{failure}", "Failures of commands and runs by their code.");
        buckets = counter(meter, "lockkeeper.analytics.buckets", "{bucket}", "Buckets of rollups that were computed.");
        pending = gauge(meter, "lockkeeper.migrations.pending", "{migration}", "Migrations that are not applied.");
        drift = gauge(meter, "lockkeeper.drift.differences", "{object}", "Objects that are not as the history says.");
        emergencies = gauge(
                meter,
                "lockkeeper.emergencies.open",
                "{emergency}",
                "Plans that went through in emergencies and are owed an approval.");
        lag = meter.gaugeBuilder("lockkeeper.analytics.lag")
                .setUnit("s")
                .setDescription("How long the oldest mark of a rollup has waited.")
                .build();
    }

    void command(long nanos, Attributes attributes) {
        command.record(nanos / NANOS, attributes);
    }

    void run(long nanos, Attributes attributes) {
        run.record(nanos / NANOS, attributes);
    }

    void migration(long nanos, long changed, Attributes attributes, Attributes direction) {
        migration.record(nanos / NANOS, attributes);
        rows.add(Math.max(0, changed), direction);
    }

    void waited(Attributes attributes) {
        waits.add(1, attributes);
    }

    void retried(Attributes attributes) {
        retries.add(1, attributes);
    }

    void failed(Attributes attributes) {
        failures.add(1, attributes);
    }

    void measured(Measure measure) {
        if (measure instanceof Measure.Pending found) {
            pending.set(found.migrations(), Attributes.of(Names.COMPONENT, found.component()));
        } else if (measure instanceof Measure.Emergencies found) {
            emergencies.set(found.open(), Attributes.of(Names.NAMESPACE, found.database()));
        } else if (measure instanceof Measure.Drift found) {
            drift.set(found.differences(), Attributes.of(Names.NAMESPACE, found.database()));
        } else if (measure instanceof Measure.Rolled rolled) {
            Attributes of = Attributes.of(Names.COMPONENT, rolled.component(), Names.ROLLUP, rolled.rollup());
            analytics.record(rolled.seconds(), of);
            buckets.add(Math.max(0, rolled.buckets()), of);
        } else if (measure instanceof Measure.Lag waited) {
            lag.set(
                    waited.seconds(),
                    Attributes.of(Names.COMPONENT, waited.component(), Names.ROLLUP, waited.rollup()));
        }
    }

    private static DoubleHistogram seconds(Meter meter, String name, String description) {
        return meter.histogramBuilder(name)
                .setUnit("s")
                .setDescription(description)
                .setExplicitBucketBoundariesAdvice(SECONDS)
                .build();
    }

    private static LongCounter counter(Meter meter, String name, String unit, String description) {
        return meter.counterBuilder(name)
                .setUnit(unit)
                .setDescription(description)
                .build();
    }

    private static LongGauge gauge(Meter meter, String name, String unit, String description) {
        return meter.gaugeBuilder(name)
                .ofLongs()
                .setUnit(unit)
                .setDescription(description)
                .build();
    }
}
