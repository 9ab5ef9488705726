package dev.lockkeeper.cli;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.gate.EnvironmentGate;
import dev.lockkeeper.gate.EnvironmentRules;
import dev.lockkeeper.gate.Gate;
import dev.lockkeeper.project.Protection;
import dev.lockkeeper.source.Tokens;

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

    /**
     * Refuses a database login that may change nothing where a component is. The server is asked only where roles are said.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code role-refused}
     */
    static Lockkeeper requireOperator(Lockkeeper component, EnvironmentRules rules) {
        if (!rules.protection().roles().areEverybodys()) {
            rules.operator(component.login()).ifPresent(problem -> {
                throw problem.asException();
            });
        }
        return component;
    }

    String component() {
        return lockkeeper.migrations().component();
    }

    /** The gate for what comes without a plan file. */
    Gate gate() {
        return new EnvironmentGate(rules, lockkeeper.approvals());
    }
}
