package dev.lockkeeper.address;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.util.Collection;
import java.util.Optional;

/**
 * The value of one connection parameter and who gave it.
 *
 * @param name libpq's name of it, or the driver's
 * @param source where it stands, as a person would look for it: {@code --database}, {@code PGPORT}, a service
 */
public record Given(String name, String value, String source) {
    /** Refuses the value; it is not shown, for it could be a secret in the wrong place. */
    public LockkeeperException refused(String reason, String help) {
        return Problem.of(Code.USAGE, name + " of the address " + reason)
                .at(Place.of(source))
                .help(help)
                .asException();
    }

    /** Refuses what Lockkeeper cannot do, so that nobody believes it done. */
    LockkeeperException notObeyed(String instead) {
        return refused("is not obeyed by Lockkeeper", instead);
    }

    /** The value, which must be one of the known ones. */
    String among(Collection<String> known) {
        if (known.contains(value)) {
            return value;
        }
        Optional<String> near = Nearest.to(value, known);
        throw refused(
                near.isPresent() ? "is " + value + ", which is not one of its values" : "is not one of its values",
                near.map(n -> "did you mean " + n + "? allowed are ").orElse("allowed are ")
                        + String.join(", ", known));
    }

    /** The value, which must be a whole number that fits 32 bits, as libpq demands; blanks around it are allowed. */
    int number() {
        try {
            return Integer.parseInt(value.strip());
        } catch (NumberFormatException e) {
            throw refused("is not a number", "write a whole number");
        }
    }
}
