package dev.lockkeeper.rows;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Directive;
import dev.lockkeeper.source.Script;
import java.util.ArrayList;
import java.util.List;

/** The losses that the scripts of a migration accept. */
public final class Acceptances {
    /** An acceptance and where it stands. */
    private record Acceptance(Directive.AcceptLoss said, Place place) {}

    private final List<Acceptance> all = new ArrayList<>();

    public Acceptances(List<Script> scripts) {
        for (Script script : scripts) {
            script.commands()
                    .directives()
                    .losses()
                    .forEach(said -> all.add(new Acceptance(said, script.place(said.offset()))));
        }
    }

    /** The same losses, each with the reason of the first acceptance that covers it. */
    public List<RowLoss> applied(List<RowLoss> losses) {
        return losses.stream()
                .map(loss -> all.stream()
                        .filter(a -> loss.isCoveredBy(a.said().name()))
                        .findFirst()
                        .map(a -> loss.accepted(a.said().reason()))
                        .orElse(loss))
                .toList();
    }

    /** Acceptances that cover none of the losses. */
    public List<Problem> unneeded(List<RowLoss> losses) {
        return all.stream()
                .filter(a -> losses.stream()
                        .noneMatch(loss -> loss.isCoveredBy(a.said().name())))
                .map(a -> Problem.of(
                                Code.DIRECTIVE,
                                "nothing of " + String.join(".", a.said().name()) + " is lost")
                        .at(a.place())
                        .help("remove the acceptance, or put the name right"))
                .toList();
    }
}
