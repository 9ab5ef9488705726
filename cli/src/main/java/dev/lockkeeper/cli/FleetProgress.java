package dev.lockkeeper.cli;

import dev.lockkeeper.apply.Event;
import dev.lockkeeper.fleet.FleetEvent;
import dev.lockkeeper.fleet.FleetOutcome;
import dev.lockkeeper.report.PlanReport;
import dev.lockkeeper.report.Style;
import java.util.function.Consumer;

/** Shows the work on a fleet while it happens. */
final class FleetProgress implements Consumer<FleetEvent> {
    private final Terminal terminal;
    private final int of;
    private int ended;

    /**
     * @param of how many targets there are
     */
    FleetProgress(Terminal terminal, int of) {
        this.terminal = terminal;
        this.of = of;
    }

    @Override
    public void accept(FleetEvent event) {
        if (event instanceof FleetEvent.WaveStarted wave) {
            terminal.clear();
            terminal.progress(
                    "wave " + wave.number() + " of " + wave.of() + ": " + PlanReport.count(wave.size(), "target"));
        } else if (event instanceof FleetEvent.Happened happened) {
            happened(Style.line(happened.target()), happened.event());
        } else if (event instanceof FleetEvent.Ended end) {
            ended(end.outcome());
        }
    }

    private void happened(String target, Event event) {
        if (event instanceof Event.Waiting waiting) {
            tell(target + ": waiting: held by " + Style.line(waiting.holder()));
        } else if (event instanceof Event.Blocked blocked) {
            blocked.by().forEach(b -> tell(target + ": blocked by " + Style.line(b.sentence())));
        } else if (event instanceof Event.Retrying retrying) {
            tell(target + ": no lock in time: attempt " + (retrying.attempt() + 1) + " of " + retrying.of() + " in "
                    + retrying.pause().toMillis() + " ms");
        } else if (event instanceof Event.HookSaid said) {
            tell(target + ": " + Style.line(said.line()));
        }
    }

    private void ended(FleetOutcome outcome) {
        ended++;
        String target = Style.line(outcome.target());
        if (outcome.state() == FleetOutcome.State.FAILED) {
            tell(terminal.errorStyle().bad("!") + " " + target + " failed");
        } else if (outcome.state() == FleetOutcome.State.DONE && of <= 50) {
            tell(terminal.errorStyle().good("✓") + " " + target + ": " + PlanReport.count(outcome.steps(), "migration")
                    + " in " + outcome.nanos() / 1_000_000 + " ms");
        }
        terminal.passing("[" + ended + "/" + of + "] " + target);
    }

    private void tell(String line) {
        terminal.clear();
        terminal.progress(line);
    }
}
