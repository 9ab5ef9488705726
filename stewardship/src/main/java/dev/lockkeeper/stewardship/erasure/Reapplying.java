package dev.lockkeeper.stewardship.erasure;

import static dev.lockkeeper.database.Quote.identifier;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.stewardship.classification.Subject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds persons who were forgotten and are back, such as after a restore: the keyed hash of each key is looked up. */
public final class Reapplying {
    private static final int PAGE = 10_000;

    private final Session session;
    private final PersonHash hash;

    public Reapplying(Session session, PersonHash hash) {
        this.session = session;
        this.hash = hash;
    }

    /**
     * Refuses hashes that were made with another key: nobody would be found by them.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code erasure-refused}
     */
    public void requireMine(Collection<String> erased) {
        long others = erased.stream().filter(one -> !hash.isMine(one)).count();
        if (others > 0) {
            throw Problem.of(
                            Code.ERASURE_REFUSED,
                            others + " of " + erased.size() + " persons were forgotten under another key")
                    .because("the key that is set now is " + hash.keyId()
                            + ", and a person is found again only with the key of then")
                    .help("set the variable to the key of then, and run the command once for each key")
                    .note("kept: everything")
                    .asException();
        }
    }

    /**
     * Who is back.
     *
     * @param erased the hashes of persons who were forgotten
     * @return the keys
     */
    public List<List<String>> back(Subject subject, Set<String> erased) {
        List<List<String>> found = new ArrayList<>();
        try {
            return Sought.within(session, () -> {
                // a page that begins behind a key would name it in its statement
                session.execute("declare persons no scroll cursor for select " + texts(subject) + " from "
                        + subject.table().quoted() + " t");
                List<@Nullable String[]> page;
                do {
                    page = session.query("fetch forward " + PAGE + " from persons");
                    for (@Nullable String[] row : page) {
                        List<String> key =
                                Arrays.stream(row).map(String::valueOf).toList();
                        if (erased.contains(hash.of(subject.name(), key))) {
                            found.add(key);
                        }
                    }
                } while (page.size() == PAGE);
                return found;
            });
        } catch (SqlFailure e) {
            throw e.problem("the keys in " + subject.table() + " cannot be read")
                    .asException(e);
        }
    }

    private static String texts(Subject subject) {
        return subject.key().stream().map(c -> "t." + identifier(c) + "::text").collect(Collectors.joining(", "));
    }
}
