package dev.lockkeeper.analytics.verify;

import java.time.Duration;

/**
 * One transaction of a roller at work.
 *
 * @param took how long it took
 * @param lag how long the oldest mark had waited after it; zero when none was left
 */
public record Round(Duration took, Duration lag) {}
