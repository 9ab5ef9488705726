package dev.lockkeeper.sql;

import dev.lockkeeper.problem.Code;

/** A script that cannot be cut into statements; the stage that knows the file turns it into a problem with a place. */
public final class SqlFlaw extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Code code;
    private final int offset;
    private final String help;

    /**
     * @param offset where the flaw starts in the script, in chars
     * @param help the next step, in the imperative
     */
    public SqlFlaw(Code code, int offset, String message, String help) {
        super(message);
        this.code = code;
        this.offset = offset;
        this.help = help;
    }

    public Code code() {
        return code;
    }

    public int offset() {
        return offset;
    }

    public String help() {
        return help;
    }
}
