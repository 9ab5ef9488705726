package dev.lockkeeper.apply;

/** How to go on with a statement that was started and whose end nobody recorded, or that failed. */
sealed interface Settled {
    /** The catalog shows that it took effect; nothing half-done is left. */
    record Done() implements Settled {}

    /** The catalog shows that nothing of it is left, or it bears to be run again: run it. */
    record Again() implements Settled {}

    /**
     * The catalog does not tell, or what is left cannot be cleared away. Nothing was changed.
     *
     * @param why the reason, as a clause without a full stop
     * @param help what to do, in the imperative
     */
    record Unknown(String why, String help) implements Settled {}
}
