package dev.lockkeeper.checklist;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What has to be done, step by step, with every token replaced. Immutable.
 *
 * @param tokens what it is about, such as the environment: the values by their names, in their order
 * @param steps in their order; at least one
 */
public record Checklist(String title, Map<String, String> tokens, List<Step> steps) {
    public Checklist {
        tokens = Collections.unmodifiableMap(new LinkedHashMap<>(tokens));
        steps = List.copyOf(steps);
    }

    /**
     * One step.
     *
     * @param id by which people name it
     * @param phase under which it stands
     * @param text what is to be done, for a person
     * @param command its words; empty for what only a person does
     * @param out the file into which the command's standard output goes; empty for none
     * @param keep files that are there afterwards, whose digests are kept
     * @param confirm whether a person has to say that it is done; always for a step without a command
     * @param required whether it cannot be skipped
     * @param after the steps that come before it
     */
    public record Step(
            String id,
            String phase,
            String text,
            List<String> command,
            String out,
            List<String> keep,
            boolean confirm,
            boolean required,
            List<String> after) {
        public Step {
            command = List.copyOf(command);
            keep = List.copyOf(keep);
            after = List.copyOf(after);
        }

        /** All files that are there afterwards. */
        public List<String> files() {
            List<String> files = new ArrayList<>(keep);
            if (!out.isEmpty()) {
                files.add(0, out);
            }
            return files;
        }

        public boolean hasCommand() {
            return !command.isEmpty();
        }
    }

    /**
     * A step by its name.
     *
     * @throws LockkeeperException {@code usage} when there is none
     */
    public Step step(String id) {
        return steps.stream()
                .filter(step -> step.id().equals(id))
                .findFirst()
                .orElseThrow(() -> Problem.of(Code.USAGE, "the checklist has no step " + id)
                        .help(Nearest.to(id, steps.stream().map(Step::id).toList())
                                .map(near -> "did you mean " + near + "?")
                                .orElse("lockkeeper checklist show names all"))
                        .asException());
    }
}
