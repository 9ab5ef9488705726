package dev.lockkeeper.apply;

import dev.lockkeeper.database.Session;

/**
 * Something that is done to the rows of a database, alone and in one transaction together with its entry of the audit chain.
 *
 * @param <T> what it results in
 */
public interface Undertaking<T> {
    /** The command, one word, which is the action of the entry. */
    String command();

    /** Whether what it does stays; otherwise the transaction is rolled back, and the record is left as it is. */
    boolean stays();

    /**
     * Makes sure that it may be done, under the runner lock and before anything is changed.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException with all reasons against it
     */
    void admit(Session session);

    /** Does it. */
    T work(Desk desk);

    /** What the entry says of it in words. */
    String detail(T result);

    /** The same as a JSON object. */
    String payload(T result);
}
