package dev.lockkeeper.cli;

/** Faults at every moment of a rollback. */
class RollbackCrashMatrixIT extends CrashMatrix {
    RollbackCrashMatrixIT() {
        super(true, "rollback-matrix");
    }
}
