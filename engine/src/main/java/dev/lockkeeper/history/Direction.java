package dev.lockkeeper.history;

/** Which of its two scripts a migration runs. */
public enum Direction {
    UP,
    DOWN
}
