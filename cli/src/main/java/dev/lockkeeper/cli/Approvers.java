package dev.lockkeeper.cli;

import dev.lockkeeper.gate.AllowedSigners;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.Protection;
import dev.lockkeeper.source.ScriptReader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Whether the approvals that an environment demands can be given at all. */
final class Approvers {
    private Approvers() {}

    /**
     * What keeps them from being given; empty when enough persons may approve, or nobody has to.
     *
     * @param now at which keys must count
     */
    static List<Problem> lacking(Project project, Environment environment, Instant now) {
        Protection protection = environment.protection();
        int wanted = protection.approvals();
        if (wanted == 0) {
            return List.of();
        }
        int there;
        try {
            there = AllowedSigners.read(project.signers()).approvers(protection.roles(), now);
        } catch (LockkeeperException e) {
            return e.problems();
        }
        if (there >= wanted) {
            return List.of();
        }
        Path file = project.signers().allowed();
        Problem problem = Problem.of(
                Code.SIGNERS_FILE,
                "environment " + environment.name() + " demands " + wanted + (wanted == 1 ? " approval" : " approvals")
                        + ", and " + (there == 0 ? "nobody" : Integer.toString(there)) + " may give "
                        + (wanted == 1 ? "it" : "them"));
        return List.of(
                file == null
                        ? problem.because("the project names no file of allowed signers")
                                .help("write approval: and under it signers: FILE in the project file")
                        : problem.because("the file of allowed signers is " + ScriptReader.display(file)
                                        + "; keys that are revoked, expired or of another purpose do not count")
                                .help("add a line for each approver: NAME namespaces=\"lockkeeper-plan\" KEY"));
    }
}
