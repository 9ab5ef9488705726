package dev.lockkeeper.cli;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.gate.EnvironmentGate;
import dev.lockkeeper.gate.EnvironmentRules;
import dev.lockkeeper.gate.Gate;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.Protection;
import dev.lockkeeper.source.Tokens;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/**
 * One component where a command works on it.
 *
 * @param rules that hold in its database
 * @param tokens of its scripts
 * @param environment that was named
 */
record Worksite(Lockkeeper lockkeeper, EnvironmentRules rules, Tokens tokens, String environment) {
    /** Says that the rules are of another environment than the one that was named, when there are some. */
    void tell(Terminal terminal) {
        boolean rules = !rules().demandNothing() || rules().protection().confirmation() != Protection.Confirmation.NONE;
        if (rules && !rules().environment().equals(environment)) {
            terminal.progress("note: this is the database of environment " + rules().environment()
                    + ", and the rules of that hold");
        }
    }

    /** The rules of an environment, which may be named or be the default. */
    static EnvironmentRules rules(
            ParseResult arguments, Project project, Environment environment, Component component) {
        return arguments.hasMatchedOption(Options.ENVIRONMENT)
                ? EnvironmentRules.of(project, environment, component)
                : EnvironmentRules.unnamed(project, environment, component);
    }

    /**
     * Refuses a database login that may change nothing where a component is. The server is asked only where roles are said.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code role-refused}; {@code environment-unnamed}
     */
    static Lockkeeper requireOperator(Lockkeeper component, EnvironmentRules rules) {
        if (!rules.passedBy().isEmpty()) {
            try (Session session = component.look()) {
                component.approvals().requireNamed(session, rules);
            }
        }
        if (!rules.protection().roles().areEverybodys()) {
            rules.operator(component.login()).ifPresent(problem -> {
                throw problem.asException();
            });
        }
        return component;
    }

    /**
     * Refuses where nothing may be run, or not now, or not by this login, in any of the databases; and has the database named where the
     * environment wants that.
     *
     * @param confirmed the name of the database from the command line; null when it is not given
     */
    static void admit(List<Worksite> sites, Terminal terminal, @Nullable String confirmed) {
        List<Problem> problems = new ArrayList<>();
        for (Worksite site : sites) {
            site.tell(terminal);
            if (!site.rules().demandNothing() || !site.rules().passedBy().isEmpty()) {
                try (Session session = site.lockkeeper().look()) {
                    problems.addAll(site.against(session));
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems.stream().distinct().toList());
        }
        Confirmation confirmation = new Confirmation(terminal, confirmed, System.in);
        sites.forEach(confirmation::demand);
    }

    /**
     * Why nothing may be run there, or not now, or not by this login; empty when it may. The server is asked only where something is
     * demanded.
     *
     * @throws LockkeeperException {@code environment-unnamed}
     */
    List<Problem> against(Session session) {
        lockkeeper.approvals().requireNamed(session, rules);
        return rules.demandNothing() ? List.of() : rules.against(session);
    }

    String component() {
        return lockkeeper.migrations().component();
    }

    /** The gate for what comes without a plan file. */
    Gate gate() {
        return new EnvironmentGate(rules, lockkeeper.approvals());
    }
}
