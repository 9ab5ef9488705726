package dev.lockkeeper.rehearsal;

/** What came of running an up script again after its down script. */
public enum Reapply {
    /** The schema is exactly what it was after the first time. */
    OK("ok"),
    DIFFERS("differs"),
    FAILS("fails");

    private final String key;

    Reapply(String key) {
        this.key = key;
    }

    /** The word that reports use. */
    public String key() {
        return key;
    }
}
