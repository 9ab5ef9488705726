package dev.lockkeeper.rehearsal;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.rows.RowProof;
import dev.lockkeeper.rows.RowSource;
import dev.lockkeeper.rows.Unfilled;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Repeatable;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Proves on a throw-away server that every rollback brings back the schema that was there, and every reapply the schema
 * that it made the first time.
 */
public final class Smoke {
    private final Databases databases;
    private final List<Script> prelude;
    private final RowSource rows;

    /**
     * @param databases where to do it
     * @param prelude set-up SQL that a history takes for granted, run first in every database
     */
    public Smoke(Databases databases, List<Script> prelude) {
        this(databases, prelude, new RowSource.None());
    }

    /**
     * @param databases where to do it
     * @param prelude set-up SQL that a history takes for granted, run first in every database
     * @param rows what is in the tables when a migration is taken through apply and rollback a second time
     */
    public Smoke(Databases databases, List<Script> prelude, RowSource rows) {
        this.databases = databases;
        this.prelude = List.copyOf(prelude);
        this.rows = rows;
    }

    /**
     * Reads every script that would run.
     *
     * @param to the newest version to go to; null for all
     * @throws LockkeeperException with every problem of every script
     */
    public static void requireReadable(List<Migrations> components, @Nullable Version to) {
        List<Problem> problems = new ArrayList<>();
        for (Migrations component : components) {
            chosen(component, to).stream()
                    .flatMap(m -> Stream.of(Optional.of(m.up()), Optional.ofNullable(m.down())))
                    .flatMap(Optional::stream)
                    .forEach(script -> {
                        try {
                            script.commands();
                        } catch (LockkeeperException e) {
                            problems.addAll(e.problems());
                        }
                    });
        }
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems);
        }
    }

    private void requireNothingStays(List<Migrations> components, @Nullable Version to) {
        if (databases.isOurs()) {
            return;
        }
        Stream<Script> scripts = components.stream()
                .flatMap(c -> Stream.concat(
                        chosen(c, to).stream()
                                .flatMap(m -> Stream.of(Optional.of(m.up()), Optional.ofNullable(m.down()))
                                        .flatMap(Optional::stream)),
                        c.repeatables().all().stream().map(Repeatable::script)));
        // a prelude sets a server up, and is meant to
        List<Problem> problems =
                scripts.flatMap(script -> Shared.staying(script).stream()).toList();
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems);
        }
    }

    /**
     * The migrations that are proven, in order.
     *
     * @param to the newest version to go to; null for all
     */
    public static List<Migration> chosen(Migrations component, @Nullable Version to) {
        return component.all().stream()
                .filter(m -> to == null || m.version().compareTo(to) <= 0)
                .toList();
    }

    /**
     * Runs all components one after the other, each in a database of its own.
     *
     * @param to the newest version to go to; null for all
     * @param proven told of each migration as soon as it is proven
     * @throws LockkeeperException when the prelude fails, or a script cannot be read; {@code server-shared} when a script would
     *     leave something on a server that others use
     */
    public SmokeReport run(List<Migrations> components, @Nullable Version to, Consumer<MigrationProof> proven) {
        requireNothingStays(components, to);
        Rehearsal rehearsal = new Rehearsal(databases);
        List<MigrationProof> proofs = new ArrayList<>();
        List<RepeatProof> repeatables = new ArrayList<>();
        List<ChainProof> chains = new ArrayList<>();
        @Nullable Problem stopped = null;
        for (Migrations component : components) {
            List<Migration> chosen = chosen(component, to);
            // they are written for the newest version
            List<Repeatable> scripts = chosen.size() == component.all().size()
                    ? component.repeatables().all()
                    : List.of();
            try (World world = new World(rehearsal, prelude, Shared.anyOf(chosen))) {
                ComponentSmoke smoke = new ComponentSmoke(world, component.component(), chosen, scripts, rows);
                chains.add(smoke.run(
                        proof -> {
                            proofs.add(proof);
                            proven.accept(proof);
                        },
                        repeatables::add));
            } catch (LockkeeperException e) {
                stopped = Missing.hinted(e.problems().get(0));
                break;
            }
        }
        if (stopped == null && rows instanceof RowSource.Given given) {
            stopped = unused(given, proofs);
        }
        return new SmokeReport(databases.version(), proofs, repeatables, chains, stopped);
    }

    /** Files of rows that no state of the schema has taken: what was asked for is not proven. */
    private static @Nullable Problem unused(RowSource.Given given, List<MigrationProof> proofs) {
        for (Script script : given.scripts()) {
            @Nullable String why = null;
            boolean used = false;
            for (MigrationProof proof : proofs) {
                RowProof with = proof.rows();
                if (with != null) {
                    Optional<Unfilled> refused = with.unfilled().stream()
                            .filter(u -> u.table().equals(script.file()))
                            .findFirst();
                    used |= refused.isEmpty();
                    why = refused.map(Unfilled::why).orElse(why);
                }
            }
            if (!used) {
                return Problem.of(Code.STATEMENT_FAILED, "the rows cannot be put in before any of the migrations")
                        .at(Place.of(script.file()))
                        .because(why == null ? "before no migration there is a table" : "before the last one: " + why)
                        .help("write rows for the schema that is there before the newest migration");
            }
        }
        return null;
    }
}
