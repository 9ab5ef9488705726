package dev.lockkeeper.cli;

import dev.lockkeeper.apply.Event;
import dev.lockkeeper.fleet.FleetEvent;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.telemetry.Followed;
import dev.lockkeeper.telemetry.Follower;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells the trace of a command what happens in each target of a fleet. Told by one thread at a time. */
final class FleetFollowing implements Consumer<FleetEvent> {
    private final Narration narration;
    private final String direction;
    private final Map<String, Part> parts = new HashMap<>();

    FleetFollowing(Narration narration, String direction) {
        this.narration = narration;
        this.direction = direction;
    }

    /** The component of a target that is at work. */
    private record Part(String component, Follower follower) {}

    @Override
    public void accept(FleetEvent event) {
        if (event instanceof FleetEvent.Happened happened) {
            Part part = part(happened.target(), component(happened.event()));
            if (part != null) {
                part.follower().accept(happened.event());
            }
        } else if (event instanceof FleetEvent.Ended ended) {
            Part part = parts.remove(ended.outcome().target());
            if (part == null && ended.outcome().problems().isEmpty()) {
                return;
            }
            Follower last = part == null
                    // failed before it had a plan
                    ? narration.follow(
                            Followed.ofFleet("", direction, ended.outcome().target()))
                    : part.follower();
            if (!ended.outcome().problems().isEmpty()) {
                last.failed(new LockkeeperException(ended.outcome().problems()));
            }
            last.end();
        }
    }

    private @Nullable Part part(String target, @Nullable String component) {
        Part known = parts.get(target);
        if (component == null || (known != null && known.component().equals(component))) {
            return known;
        }
        if (known != null) {
            known.follower().end();
        }
        Part next = new Part(component, narration.follow(Followed.ofFleet(component, direction, target)));
        parts.put(target, next);
        return next;
    }

    /** Which component begins with an event; null when none does. */
    private static @Nullable String component(Event event) {
        if (event instanceof Event.Planned planned) {
            return planned.plan().component();
        }
        return event instanceof Event.Waiting waiting ? waiting.component() : null;
    }
}
