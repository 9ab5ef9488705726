package dev.lockkeeper.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where checks write down what they see. Not thread-safe. */
final class Chart {
    private final List<Finding> findings = new ArrayList<>();
    private final List<Unseen> unseen = new ArrayList<>();
    private final Map<String, String> facts = new LinkedHashMap<>();

    void found(Symptom symptom, String subject, String what, String help, String... statements) {
        findings.add(new Finding(symptom, subject, what, help, List.of(statements)));
    }

    void unseen(Part part, String what, String why) {
        unseen.add(new Unseen(part, what, why));
    }

    /** Something that a reader wants to know and that is neither good nor bad. */
    void fact(String name, String value) {
        facts.put(name, value);
    }

    Examination close(String database) {
        return new Examination(database, facts, findings, unseen);
    }
}
