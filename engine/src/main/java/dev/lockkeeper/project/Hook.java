package dev.lockkeeper.project;

import dev.lockkeeper.problem.Place;

/** Something that the project demands before or after a run that has work to do. */
public sealed interface Hook {
    /** Where the project file says it. */
    Place place();

    /** A query whose first value must be true. */
    record Check(Place place, String query) implements Hook {}

    /** A command for the shell, which must end with 0. */
    record Run(Place place, String command) implements Hook {}
}
