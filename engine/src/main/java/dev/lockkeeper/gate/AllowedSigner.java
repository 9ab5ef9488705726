package dev.lockkeeper.gate;

import dev.lockkeeper.problem.Place;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One line of a file of allowed signers.
 *
 * @param principals who it is, by all names
 * @param key null for one of another type than Ed25519, and for that of an authority, which signs keys and no plans
 * @param namespaces what signatures may be for; null for anything
 * @param after from when on the key counts; null for ever
 * @param before until when; null for ever
 */
public record AllowedSigner(
        Place place,
        PatternList principals,
        @Nullable SshPublicKey key,
        @Nullable PatternList namespaces,
        @Nullable Instant after,
        @Nullable Instant before) {
    /** Why a signature of the key for a purpose does not count at a time; empty when it does. */
    Optional<String> objection(String namespace, Instant now) {
        if (after != null && now.isBefore(after)) {
            return Optional.of("its key counts from " + after + " on only (" + place + ")");
        }
        if (before != null && now.isAfter(before)) {
            return Optional.of("its key has expired at " + before + " (" + place + ")");
        }
        if (namespaces != null && !namespaces.matches(namespace)) {
            return Optional.of("its key is not for the namespace " + namespace + " (" + place + ")");
        }
        if (!principals.isPlain()) {
            return Optional.of("its line names a pattern and no person (" + place + ")");
        }
        return Optional.empty();
    }
}
