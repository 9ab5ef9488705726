package dev.lockkeeper.telemetry;

import dev.lockkeeper.apply.Event;
import dev.lockkeeper.problem.LockkeeperException;
import java.util.function.Consumer;

/** Follows the work on one component, from its beginning to its end. Told by one thread at a time. */
public interface Follower extends Consumer<Event> {
    /** The span of what is at work: 16 hexadecimal digits. */
    String span();

    /** The work has failed; its end is told beside. */
    void failed(LockkeeperException failure);

    /** The work has ended. */
    void end();
}
