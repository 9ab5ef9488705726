package dev.lockkeeper.fix;

import java.util.List;

/** How a statement is to be written so that fewer others wait for it. */
sealed interface Way {
    /**
     * It is mechanical.
     *
     * @param edits of the script's text: what changes within the statement
     * @param before statements that go before it, without semicolons
     * @param after statements that follow it
     * @param alone whether all of it runs in no transaction, so that the script needs no line to say so
     */
    record Safer(List<Edit> edits, List<String> before, List<String> after, boolean alone) implements Way {
        public Safer {
            edits = List.copyOf(edits);
            before = List.copyOf(before);
            after = List.copyOf(after);
        }

        /** One that runs in no transaction and stays one statement. */
        static Safer alone(Edit edit) {
            return new Safer(List.of(edit), List.of(), List.of(), true);
        }

        /** One that stays as it is, and only moves with what it needs. */
        static Safer unchanged() {
            return new Safer(List.of(), List.of(), List.of(), false);
        }
    }

    /**
     * A person has to do it.
     *
     * @param reason why
     */
    record ByHand(String reason) implements Way {}
}
