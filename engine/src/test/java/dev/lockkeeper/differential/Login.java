package dev.lockkeeper.differential;

/** Who runs the scripts. */
enum Login {
    /** A superuser that is not the one of the test. */
    SUPERUSER("dl_super"),
    /** Has all rights of the owner of the objects. */
    DEPLOY("dl_deploy"),
    /** Becomes that owner when it logs in, and has none of the rights itself. */
    OWNER_BY_SETTING("dl_becomes"),
    /** Has none of the rights, and may become that owner. */
    NO_INHERIT("dl_noinherit"),
    /** Sees things, and may hand on nothing. */
    READER("dl_reader");

    private final String role;

    Login(String role) {
        this.role = role;
    }

    String role() {
        return role;
    }

    static Login of(String role) {
        for (Login login : values()) {
            if (login.role.equals(role)) {
                return login;
            }
        }
        throw new IllegalArgumentException(role);
    }
}
