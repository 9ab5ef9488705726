package dev.lockkeeper.telemetry;

import dev.lockkeeper.apply.Blocker;
import dev.lockkeeper.apply.Event;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Step;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.problem.ServerError;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The spans and metrics of the work on one component. Used by one thread. */
final class RunSpans {
    private static final String FAILED = "failed";

    private final Tracer tracer;
    private final SpanIds ids;
    private final Meters meters;
    private final Followed subject;
    private final Attributes where;
    /** How what went well has ended. */
    private final String done;

    private final Span run;
    private final long began;
    /** Of waiting for another run; null when nobody was waited for. */
    private @Nullable Span waiting;
    /** Of the step that is at work; null when none is. */
    private @Nullable Span step;

    private boolean planned;
    private boolean rollsBack;
    private long stepBegan;
    private long stepWaits;
    private long stepAttempts = 1;
    private long rows;
    private long waits;
    private String outcome;

    private RunSpans(Tracer tracer, SpanIds ids, Meters meters, Followed subject, Span run, long began) {
        this.tracer = tracer;
        this.ids = ids;
        this.meters = meters;
        this.subject = subject;
        this.run = run;
        this.began = began;
        this.where = where(subject);
        this.done = subject.dry() ? "tried" : "done";
        this.outcome = done;
    }

    static RunSpans begin(Tracer tracer, SpanIds ids, Meters meters, Context parent, Followed subject, long at) {
        SpanBuilder begun = tracer.spanBuilder(Objects.requireNonNullElse(subject.direction(), "work") + " component")
                .setParent(parent)
                .setStartTimestamp(at, TimeUnit.NANOSECONDS);
        RunSpans spans = new RunSpans(tracer, ids, meters, subject, begun.startSpan(), at);
        spans.run.setAllAttributes(spans.where);
        return spans;
    }

    private static Attributes where(Followed subject) {
        AttributesBuilder where =
                Attributes.builder().put(Names.SYSTEM, "postgresql").put(Names.COMPONENT, subject.component());
        if (!subject.database().isEmpty()) {
            where.put(Names.NAMESPACE, subject.database());
        }
        if (subject.direction() != null) {
            where.put(Names.DIRECTION, subject.direction());
        }
        if (subject.target() != null) {
            where.put(Names.TARGET, subject.target());
        }
        if (!subject.environment().isEmpty()) {
            where.put(Names.ENVIRONMENT, subject.environment());
        }
        if (subject.address() != null) {
            where.put(Names.ADDRESS, subject.address()).put(Names.PORT, (long) subject.port());
        }
        return where.build();
    }

    void happened(String span, Event event, long at) {
        if (event instanceof Event.Waiting) {
            waits++;
            waiting = child("wait for runner lock", run, began);
            meters.waited(kind("runner"));
        } else if (event instanceof Event.Planned made) {
            planned(made.plan(), at);
        } else if (event instanceof Event.Entered entered) {
            run.setAttribute(Names.RUN, entered.run().toString());
        } else if (event instanceof Event.StepStarted started) {
            begun(span, started.step(), at);
        } else if (event instanceof Event.Blocked blocked) {
            waits++;
            stepWaits++;
            meters.waited(kind("statement"));
            blocked.by().forEach(blocker -> at(blocker, at));
        } else if (event instanceof Event.Retrying retrying) {
            stepAttempts = retrying.attempt() + 1L;
            meters.retried(direction());
            now().addEvent(
                            "retry",
                            Attributes.of(
                                    Names.ATTEMPT,
                                    stepAttempts,
                                    Names.PAUSE,
                                    retrying.pause().toMillis()),
                            at,
                            TimeUnit.NANOSECONDS);
        } else if (event instanceof Event.StatementFinished statement) {
            statement(statement, at);
        } else if (event instanceof Event.StepFinished finished) {
            finished(finished, at);
        }
    }

    private void planned(Plan plan, long at) {
        if (waiting != null) {
            waiting.end(at, TimeUnit.NANOSECONDS);
            waiting = null;
        } else if (!planned) {
            child("plan", run, began).end(at, TimeUnit.NANOSECONDS);
        }
        // a second plan of the same run holds what became due by the first
        if (!planned) {
            run.setAttribute(Names.DIGEST, plan.digest());
            run.setAttribute(Names.STEPS, (long) plan.steps().size());
        }
        planned = true;
    }

    private void begun(String span, Step started, long at) {
        rollsBack = started.direction().command().equals("rollback");
        stepBegan = at;
        stepWaits = 0;
        stepAttempts = 1;
        ids.next(span);
        String direction = started.direction().command();
        Span begun = tracer.spanBuilder(direction + " migration")
                .setParent(Context.root().with(run))
                .setSpanKind(SpanKind.CLIENT)
                .setStartTimestamp(at, TimeUnit.NANOSECONDS)
                .setAllAttributes(where)
                .setAttribute(Names.VERSION, started.name())
                .setAttribute(Names.DIRECTION, direction)
                .setAttribute(Names.OPERATION, direction)
                .setAttribute(Names.SUMMARY, direction + " " + started.name())
                .setAttribute(Names.FILE, started.script().file())
                .setAttribute(Names.RESUMED, started.resumed())
                .startSpan();
        step = begun;
    }

    private void at(Blocker blocker, long at) {
        now().addEvent(
                        "blocked",
                        Attributes.of(Names.BLOCKER, (long) blocker.pid(), Names.BLOCKER_AGE, blocker.seconds()),
                        at,
                        TimeUnit.NANOSECONDS);
    }

    private void statement(Event.StatementFinished statement, long at) {
        String verb = statement.verb();
        int blank = verb.indexOf(' ');
        tracer.spanBuilder(verb)
                .setParent(Context.root().with(now()))
                .setSpanKind(SpanKind.CLIENT)
                .setStartTimestamp(at - statement.nanos(), TimeUnit.NANOSECONDS)
                .setAllAttributes(where)
                .setAttribute(Names.OPERATION, blank < 0 ? verb : verb.substring(0, blank))
                .setAttribute(Names.SUMMARY, verb)
                .setAttribute(Names.STATEMENT, (long) statement.statement())
                .setAttribute(Names.FILE, statement.place().file())
                .setAttribute(Names.LINE, (long) statement.place().line())
                .setAttribute(Names.ROWS, statement.rows())
                .startSpan()
                .end(at, TimeUnit.NANOSECONDS);
    }

    private void finished(Event.StepFinished finished, long at) {
        rows += finished.rows();
        Span ended = now();
        ended.setAttribute(Names.ROWS, finished.rows());
        ended.setAttribute(Names.MANNER, finished.manner().name().toLowerCase(Locale.ROOT));
        end(ended, done, at, finished.nanos(), subject.dry() ? 0 : finished.rows());
    }

    private void end(Span ended, String how, long at, long nanos, long changed) {
        ended.setAttribute(Names.ATTEMPTS, stepAttempts);
        ended.setAttribute(Names.WAITED, stepWaits);
        ended.setAttribute(Names.OUTCOME, how);
        ended.end(at, TimeUnit.NANOSECONDS);
        step = null;
        meters.migration(nanos, changed, outcome(how), direction());
    }

    void failed(Problem problem, long at) {
        outcome = FAILED;
        fail(run, problem);
        Span open = step;
        if (open != null) {
            // what it left of others is of the run
            fail(open, problem.code() == Code.PARTLY_APPLIED ? problem.as(Code.STATEMENT_FAILED) : problem);
            open.setAttribute(Names.ROWS, 0L);
            end(open, FAILED, at, at - stepBegan, 0);
        }
    }

    /** Its message is left out: the server quotes values in it. */
    private static void fail(Span span, Problem problem) {
        span.setStatus(StatusCode.ERROR, problem.code().slug());
        span.setAttribute(Names.ERROR, problem.code().slug());
        ServerError server = problem.server();
        if (server != null) {
            span.setAttribute(Names.STATUS, server.sqlState());
        }
        Place place = problem.place();
        if (place != null) {
            span.setAttribute(Names.FILE, place.file());
            span.setAttribute(Names.LINE, (long) place.line());
        }
    }

    void end(long at) {
        if (waiting != null) {
            waiting.end(at, TimeUnit.NANOSECONDS);
        }
        Span open = step;
        if (open != null) {
            // a signal has come in between
            outcome = "interrupted";
            end(open, outcome, at, at - stepBegan, 0);
        }
        run.setAttribute(Names.ROWS, rows);
        run.setAttribute(Names.WAITED, waits);
        run.setAttribute(Names.OUTCOME, outcome);
        run.end(at, TimeUnit.NANOSECONDS);
        meters.run(at - began, outcome(outcome));
    }

    private Span child(String name, Span parent, long at) {
        return tracer.spanBuilder(name)
                .setParent(Context.root().with(parent))
                .setStartTimestamp(at, TimeUnit.NANOSECONDS)
                .setAttribute(Names.COMPONENT, subject.component())
                .startSpan();
    }

    /** What is at work. */
    private Span now() {
        return step == null ? run : step;
    }

    private String way() {
        String direction = subject.direction();
        return direction == null ? (rollsBack ? "rollback" : "apply") : direction;
    }

    private Attributes direction() {
        return Attributes.of(Names.COMPONENT, subject.component(), Names.DIRECTION, way());
    }

    private Attributes outcome(String how) {
        return direction().toBuilder().put(Names.OUTCOME, how).build();
    }

    private Attributes kind(String of) {
        return Attributes.of(Names.COMPONENT, subject.component(), Names.WAIT, of);
    }
}
