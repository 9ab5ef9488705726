package dev.lockkeeper.catalog;

/** How the catalogs are read, whatever the role, the database or a script has set. */
final class Reading {
    /**
     * Holds for the message that it is part of. Nobody's objects stand before those of pg_catalog, names are qualified
     * unless they lie there, and defaults, conditions and bodies are printed the same way every time: what a constant
     * looks like depends on these settings.
     */
    static final String SETTINGS = "set local search_path = pg_catalog, pg_temp; set local quote_all_identifiers = off;"
            + " set local datestyle = 'ISO, MDY'; set local intervalstyle = postgres; set local timezone = 'UTC';"
            + " set local extra_float_digits = 1; set local bytea_output = hex; set local lc_monetary = 'C';"
            + " set local statement_timeout = 0; ";

    private Reading() {}
}
