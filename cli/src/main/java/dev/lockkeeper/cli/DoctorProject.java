package dev.lockkeeper.cli;

import dev.lockkeeper.doctor.Finding;
import dev.lockkeeper.doctor.Symptom;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.Protection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What of a project's own files keeps an environment from being worked on as they say. */
final class DoctorProject {
    private DoctorProject() {}

    /**
     * The findings.
     *
     * @param variables of the process
     * @param database that the command line names; empty when it names none
     * @param now at which keys of approvers must count
     */
    static List<Finding> findings(
            Project project, Environment environment, Map<String, String> variables, String database, Instant now) {
        List<Finding> findings = new ArrayList<>();
        String name = environment.name();
        Approvers.lacking(project, environment, now)
                .forEach(problem -> findings.add(new Finding(
                        Symptom.APPROVERS_FEW,
                        name,
                        problem.message()
                                + (problem.place() == null
                                        ? ""
                                        : " (" + problem.place().file() + ")")
                                + (problem.why() == null ? "" : ": " + problem.why()),
                        Objects.requireNonNullElse(
                                problem.help(),
                                "lockkeeper explain " + problem.code().slug() + " tells more"),
                        List.of())));
        if (project.stagingOnly() && environment.protection().kind() == Protection.Kind.PRODUCTION) {
            findings.add(new Finding(
                    Symptom.STAGING_ONLY,
                    name,
                    "the project says staging-only: true, and environment " + name + " is of production",
                    "name an environment of staging; whether it may run in production is decided in the project file",
                    List.of()));
        }
        if (environment.protection().demands() && environment.url() == null) {
            findings.add(new Finding(
                    Symptom.RULES_AVOIDABLE,
                    name,
                    "environment " + name + " has rules and no url",
                    "write url: under it, without a password; until then name --environment " + name
                            + " in each command",
                    List.of()));
        }
        String password = environment.passwordVariable();
        if (password != null
                && database.isEmpty()
                && variables.getOrDefault(password, "").isEmpty()) {
            findings.add(new Finding(
                    Symptom.PASSWORD_UNSET,
                    name,
                    password + " is not set, which password-variable: of environment " + name + " names",
                    "set it where the environment keeps its secrets, or remove password-variable:",
                    List.of()));
        }
        return findings;
    }
}
