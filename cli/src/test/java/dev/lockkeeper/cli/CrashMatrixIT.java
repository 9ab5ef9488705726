package dev.lockkeeper.cli;

/** Faults at every moment of an apply. */
class CrashMatrixIT extends CrashMatrix {
    CrashMatrixIT() {
        super(false, "matrix");
    }
}
