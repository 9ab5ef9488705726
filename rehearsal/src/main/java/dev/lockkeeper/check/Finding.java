package dev.lockkeeper.check;

import dev.lockkeeper.problem.Place;
import org.jspecify.annotations.Nullable;

/**
 * One result of a rule.
 *
 * @param rule its id
 * @param component the history to which the migration belongs
 * @param version of the migration
 * @param place the statement, or the file as a whole
 * @param object the name of what it is about, with schema; null for the statement or the file itself
 * @param message what it does and to whom
 * @param help how to do it better
 * @param suppressed the reason for which it is passed over; null when it counts
 */
public record Finding(
        String rule,
        Severity severity,
        String component,
        String version,
        Place place,
        @Nullable String object,
        String message,
        String help,
        @Nullable String suppressed) {}
