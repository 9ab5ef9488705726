package dev.lockkeeper.stewardship.seed;

/** What is to become of the rows of a package. */
public enum SeedMode {
    /** They are brought, and stay. */
    RUN,
    /** They are brought and taken back. */
    DRY_RUN,
    /** It is looked whether they are there as they should be; generated rows are not made. */
    CHECK
}
