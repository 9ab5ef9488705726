package dev.lockkeeper.gate;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.history.History;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.source.Tokens;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A gate that lets nothing run and writes down what comes by, for a plan file. Not thread-safe. */
public final class PlanDraft implements Gate {
    private final Request request;
    private final Tokens tokens;
    private @Nullable PlanPart part;
    private @Nullable Instant seen;

    public PlanDraft(Request request, Tokens tokens) {
        this.request = request;
        this.tokens = tokens;
    }

    @Override
    public Admission admit(Session session, History history, Plan plan) {
        DatabaseIdentity.Sighting sighting = DatabaseIdentity.of(session);
        part = PlanPart.of(plan, request, tokens, history, sighting.database());
        seen = sighting.now();
        return Admission.free(plan);
    }

    /** What a plan file says of the component; null before anything came by. */
    public @Nullable PlanPart part() {
        return part;
    }

    /** What the clock of the server showed then; null before anything came by. */
    public @Nullable Instant seen() {
        return seen;
    }
}
