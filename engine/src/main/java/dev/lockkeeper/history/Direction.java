package dev.lockkeeper.history;

/** Which of its two scripts a migration runs. */
public enum Direction {
    UP("apply", "applied"),
    DOWN("rollback", "rolled back");

    private final String command;
    private final String done;

    Direction(String command, String done) {
        this.command = command;
        this.done = done;
    }

    /** The command that goes this way. */
    public String command() {
        return command;
    }

    /** What a migration is afterwards. */
    public String done() {
        return done;
    }
}
