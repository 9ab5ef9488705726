package dev.lockkeeper.cli;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What goes wrong in the middle of a run. */
enum Fault {
    KILL("runner killed (`kill -9`)"),
    CONTROL("control session terminated"),
    WORK("work session terminated"),
    WATCH("watching session terminated"),
    CUT("connections reset"),
    STALL("connections stalled"),
    HALF("connections half closed"),
    FAST("server stopped (fast), started"),
    IMMEDIATE("server stopped (immediate), started");

    private final String title;

    Fault(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** Why it cannot meet a run at a moment; null when it can. */
    @Nullable
    String impossible(Moment moment) {
        return (this == WORK || this == WATCH) && !moment.works() ? "no such session then" : null;
    }

    /** Whether the script goes on afterwards, so that what holds it has to let go before the run can end. */
    private boolean leavesWork() {
        return this == CONTROL || this == WATCH || this == STALL;
    }

    /** Kills a run, which is held. */
    static void kill(CrashSite site, Process process) {
        process.destroyForcibly();
        process.onExit().join();
        // what was on its way arrives, and then the end of the connection
        site.proxy().resume();
    }

    /** Meets the run, which is held, and brings it to its end; gives what the command said. */
    Desk.Outcome strike(CrashSite site, Moment moment, CompletableFuture<Desk.Outcome> run) {
        switch (this) {
            case KILL -> throw new IllegalStateException("only a process can be killed");
            case CONTROL -> site.terminate("control");
            case WORK -> site.terminate("work");
            case WATCH -> site.terminate("watch");
            case CUT -> site.proxy().cut();
            case STALL -> site.proxy().stall();
            case HALF -> site.proxy().halfClose();
            case FAST -> restart(site, "INT");
            case IMMEDIATE -> restart(site, "QUIT");
        }
        if (leavesWork()) {
            site.letGo();
            if (this != STALL) {
                site.proxy().resume();
            }
        } else if (this == WORK && moment.isAnswerLost()) {
            site.proxy().cut();
        }
        return run.orTimeout(120, java.util.concurrent.TimeUnit.SECONDS).join();
    }

    private static void restart(CrashSite site, String signal) {
        site.server().stop(signal);
        site.server().start();
    }
}
