package dev.lockkeeper.project;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an environment demands before anything is changed in it.
 *
 * @param kind what it is; null when nobody has said it
 * @param approvals how many persons must have approved the plan, none of whom wrote the scripts or made the plan
 * @param confirmation who has to name the database
 * @param windows when runs may begin; at any time when there is none
 * @param breakGlass whether an emergency goes without approvals and outside of the windows
 * @param roles who may do what
 */
public record Protection(
        @Nullable Kind kind,
        int approvals,
        Confirmation confirmation,
        List<MaintenanceWindow> windows,
        boolean breakGlass,
        Roles roles) {
    public Protection {
        windows = List.copyOf(windows);
    }

    /** What lives in an environment. */
    public enum Kind {
        LOCAL,
        CI,
        STAGING,
        PRODUCTION;

        /** The kind of that name, in lower case. */
        public static Optional<Kind> named(String name) {
            return Stream.of(values()).filter(k -> k.word().equals(name)).findFirst();
        }

        /** As a project file writes it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether nobody but its owner is concerned. */
        public boolean isPrivate() {
            return this == LOCAL || this == CI;
        }
    }

    /** Who has to name the database before it is changed. */
    public enum Confirmation {
        /** Nobody. */
        NONE,
        /** A person at a terminal, or a job by an option. */
        NAMED,
        /** A person at a terminal. */
        TYPED
    }

    /** Whether it demands something, or is of production. */
    public boolean demands() {
        return kind == Kind.PRODUCTION
                || approvals > 0
                || confirmation != Confirmation.NONE
                || !windows.isEmpty()
                || !roles.areEverybodys();
    }

    /** Demands nothing; the kind is that of which the name is. */
    public static Protection none(String environment) {
        return new Protection(
                Kind.named(environment).orElse(null), 0, Confirmation.NONE, List.of(), false, Roles.everybody());
    }
}
