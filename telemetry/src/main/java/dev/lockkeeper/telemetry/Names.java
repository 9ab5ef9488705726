package dev.lockkeeper.telemetry;

import io.opentelemetry.api.common.AttributeKey;

/** The names of attributes: those of the semantic conventions as they have them, ours under {@code lockkeeper}. */
final class Names {
    static final AttributeKey<String> COMMAND = AttributeKey.stringKey("lockkeeper.command");
    static final AttributeKey<String> COMPONENT = AttributeKey.stringKey("lockkeeper.component");
    static final AttributeKey<String> DIRECTION = AttributeKey.stringKey("lockkeeper.direction");
    static final AttributeKey<String> VERSION = AttributeKey.stringKey("lockkeeper.version");
    static final AttributeKey<String> TARGET = AttributeKey.stringKey("lockkeeper.target");
    static final AttributeKey<String> DIGEST = AttributeKey.stringKey("lockkeeper.plan.digest");
    static final AttributeKey<Long> STEPS = AttributeKey.longKey("lockkeeper.plan.steps");
    static final AttributeKey<String> RUN = AttributeKey.stringKey("lockkeeper.run.id");
    static final AttributeKey<String> ENVIRONMENT = AttributeKey.stringKey("deployment.environment.name");
    static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("lockkeeper.outcome");
    static final AttributeKey<String> MANNER = AttributeKey.stringKey("lockkeeper.manner");
    static final AttributeKey<Boolean> RESUMED = AttributeKey.booleanKey("lockkeeper.resumed");
    static final AttributeKey<Long> ROWS = AttributeKey.longKey("lockkeeper.rows");
    static final AttributeKey<Long> ATTEMPTS = AttributeKey.longKey("lockkeeper.attempts");
    static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("lockkeeper.attempt");
    static final AttributeKey<Long> PAUSE = AttributeKey.longKey("lockkeeper.pause_ms");
    static final AttributeKey<Long> WAITED = AttributeKey.longKey("lockkeeper.locks.waited");
    static final AttributeKey<Long> BLOCKER = AttributeKey.longKey("lockkeeper.blocker.pid");
    static final AttributeKey<Long> BLOCKER_AGE = AttributeKey.longKey("lockkeeper.blocker.transaction_s");
    static final AttributeKey<Long> STATEMENT = AttributeKey.longKey("lockkeeper.statement");
    static final AttributeKey<String> WAIT = AttributeKey.stringKey("lockkeeper.wait");
    static final AttributeKey<String> CODE = AttributeKey.stringKey("lockkeeper.code");
    static final AttributeKey<String> ROLLUP = AttributeKey.stringKey("lockkeeper.rollup");
    static final AttributeKey<Long> EXIT = AttributeKey.longKey("process.exit.code");
    static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
    static final AttributeKey<String> FILE = AttributeKey.stringKey("code.file.path");
    static final AttributeKey<Long> LINE = AttributeKey.longKey("code.line.number");
    static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("db.system.name");
    static final AttributeKey<String> NAMESPACE = AttributeKey.stringKey("db.namespace");
    static final AttributeKey<String> OPERATION = AttributeKey.stringKey("db.operation.name");
    static final AttributeKey<String> SUMMARY = AttributeKey.stringKey("db.query.summary");
    static final AttributeKey<String> STATUS = AttributeKey.stringKey("db.response.status_code");
    static final AttributeKey<String> ADDRESS = AttributeKey.stringKey("server.address");
    static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");

    private Names() {}
}
