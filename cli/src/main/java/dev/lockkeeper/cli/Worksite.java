package dev.lockkeeper.cli;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.gate.EnvironmentGate;
import dev.lockkeeper.gate.EnvironmentRules;
import dev.lockkeeper.gate.Gate;
import dev.lockkeeper.source.Tokens;

/**
 * One component where a command works on it.
 *
 * @param rules that hold in its database
 * @param tokens of its scripts
 */
record Worksite(Lockkeeper lockkeeper, EnvironmentRules rules, Tokens tokens) {
    String component() {
        return lockkeeper.migrations().component();
    }

    /** The gate for what comes without a plan file. */
    Gate gate() {
        return new EnvironmentGate(rules, lockkeeper.approvals());
    }
}
