package dev.lockkeeper.fleet;

import dev.lockkeeper.apply.Event;

/** What happens while a fleet is worked on, told to one listener, never by two threads at once. */
public sealed interface FleetEvent {
    /**
     * A wave begins.
     *
     * @param number from 1 on
     * @param size how many targets it has
     */
    record WaveStarted(int number, int of, int size) implements FleetEvent {}

    /** Something happens in one target; events of several targets are mixed. */
    record Happened(String target, Event event) implements FleetEvent {}

    /** A target has ended, well or not. */
    record Ended(FleetOutcome outcome) implements FleetEvent {}
}
