package dev.lockkeeper.stewardship.retention;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The transaction of a batch: its rows and its evidence go together, and the file that holds the rows gets its name when the record has it.
 *
 * @param session in no transaction
 * @param vault null when no archive is made
 */
record BatchTransaction(Session session, @Nullable Vault vault) {
    /**
     * What went in a batch.
     *
     * @param file that holds the rows; null for none
     * @param picked how many were to go
     */
    record Went(long rows, Vault.@Nullable Written file, int picked) {
        /** Where nothing is picked beforehand. */
        Went(long rows, Vault.@Nullable Written file) {
            this(rows, file, 0);
        }
    }

    /**
     * Does the work and commits, or takes it back.
     *
     * @param files gets the name of the file
     * @return what went
     */
    Went run(Supplier<Went> work, List<String> files) {
        boolean done = false;
        try {
            session.execute("begin isolation level read committed");
            Went went = work.get();
            session.execute("commit");
            done = true;
            Vault.Written file = went.file();
            if (file != null && vault != null) {
                vault.keep(file);
                files.add(file.name());
            }
            return went;
        } finally {
            if (!done) {
                takeBack();
            }
        }
    }

    private void takeBack() {
        try {
            session.alone("rollback");
        } catch (SqlFailure e) {
            // the session is lost, and its transaction with it
        }
    }
}
