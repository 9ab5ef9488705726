package dev.lockkeeper.analytics.definition;

import dev.lockkeeper.problem.Place;
import java.util.Arrays;
import java.util.List;

/**
 * Which events count: a column, how it is compared, and with what. A column without a value never counts, but for {@link Operator#NULL}.
 *
 * @param values one; several for {@link Operator#IN}; none for those that ask for null
 */
public record Condition(Place place, String column, Operator operator, List<Literal> values) {
    public Condition {
        values = List.copyOf(values);
    }

    /** How a column is compared. */
    public enum Operator {
        EQUAL("="),
        UNEQUAL("<>"),
        LESS("<"),
        AT_MOST("<="),
        MORE(">"),
        AT_LEAST(">="),
        IN("in"),
        NULL("is null"),
        NOT_NULL("is not null");

        private final String word;

        Operator(String word) {
            this.word = word;
        }

        /** As files say it, which is also what every engine says. */
        public String word() {
            return word;
        }

        /** Whether it asks which of two values comes first. */
        public boolean isOrder() {
            return this == LESS || this == AT_MOST || this == MORE || this == AT_LEAST;
        }

        boolean takesNone() {
            return this == NULL || this == NOT_NULL;
        }

        static List<String> words() {
            return Arrays.stream(values()).map(Operator::word).toList();
        }

        static Operator of(String word) {
            return Arrays.stream(values())
                    .filter(one -> one.word.equals(word))
                    .findFirst()
                    .orElse(EQUAL);
        }
    }
}
