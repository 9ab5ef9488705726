package dev.lockkeeper.telemetry;

import dev.lockkeeper.apply.Event;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.trace.Traceparent;
import dev.lockkeeper.trace.Tracing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells nobody anything, and loads nothing for it.
 *
 * @param place of the command in its trace, which its log and the record name all the same
 * @param planned where what it works on was made, in another trace; null when that is none
 */
record Silent(Traceparent place, @Nullable Traceparent planned) implements Telemetry {
    @Override
    public Tracing tracing() {
        return new Tracing(place.trace(), planned == null ? null : planned.trace(), null, false);
    }

    @Override
    public Follower follow(Followed subject) {
        return new Follower() {
            @Override
            public String span() {
                return place.span();
            }

            @Override
            public void accept(Event event) {}

            @Override
            public void failed(LockkeeperException failure) {}

            @Override
            public void end() {}
        };
    }

    @Override
    public void measured(Measure measure) {}

    @Override
    public void said(LogLine line) {}

    @Override
    public List<Problem> end(int exitCode) {
        return List.of();
    }
}
