package dev.lockkeeper.bench;

/** Says why there are no figures. */
final class BenchmarkException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BenchmarkException(String message) {
        super(message);
    }
}
