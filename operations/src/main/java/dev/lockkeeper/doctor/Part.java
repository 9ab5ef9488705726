package dev.lockkeeper.doctor;

import java.util.Locale;

/** What a finding of the doctor is about. */
public enum Part {
    PROJECT,
    CONNECTION,
    SERVER,
    PRIVILEGES,
    CAPACITY,
    ACTIVITY,
    REPLICATION,
    STORAGE,
    CATALOG,
    SERVICES;

    /** As it is printed. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
