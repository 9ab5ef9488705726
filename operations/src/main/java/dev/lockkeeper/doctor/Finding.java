package dev.lockkeeper.doctor;

import java.util.List;

/**
 * One thing that is not as it should be.
 *
 * @param subject what it concerns, such as the name of an index; empty when the symptom says it all
 * @param what the fact, with its figures
 * @param help what to do, in the imperative
 * @param statements SQL that does it, to be looked at first; empty when there is none
 */
public record Finding(Symptom symptom, String subject, String what, String help, List<String> statements) {
    public Finding {
        statements = List.copyOf(statements);
    }
}
