package dev.lockkeeper.stewardship.volume;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.catalog.model.Tables;
import dev.lockkeeper.database.Quote;
import dev.lockkeeper.database.RowSession;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Checksum;
import dev.lockkeeper.stewardship.Refused;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the rows of a file and sends them, in the transaction that is open: all of them are kept, or none. Not thread-safe. */
public final class VolumeWriter {
    private static final int HELD = 1_000_000;
    private static final int INSERTED = 1_000;

    private final RowSession session;
    private final Volume volume;
    private final Model model;
    private final int threads;
    private final VolumeProgress progress;
    private final List<TablePlan> plans;
    private final List<Problem> problems = new ArrayList<>();

    /**
     * Ties the file to the tables of a database.
     *
     * @param threads that make rows
     */
    public VolumeWriter(RowSession session, Volume volume, Model model, int threads, VolumeProgress progress) {
        this.session = session;
        this.volume = volume;
        this.model = model;
        this.threads = threads;
        this.progress = progress;
        Planning planning = new Planning(new Tables(model), volume);
        this.plans = planning.plans();
        problems.addAll(planning.problems());
    }

    /** What does not fit, as far as it is known without the server. */
    public List<Problem> problems() {
        return problems;
    }

    /** The tables that get rows. */
    public List<Relation> tables() {
        return plans.stream().map(TablePlan::relation).toList();
    }

    /**
     * Makes sure that rows can be made, writes nothing.
     *
     * @throws LockkeeperException {@code seed-unsatisfied} with all that the server has against rows that it judges, {@code seed-row}
     *     where rows are that are not to be added to
     */
    public void prove() {
        requireEmpty();
        plans.forEach(this::readyBefore);
        Trial trial = new Trial(session, model);
        plans.forEach(trial::of);
        problems.addAll(trial.problems());
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems);
        }
    }

    private void requireEmpty() {
        for (TablePlan plan : plans) {
            String name = plan.relation().name().toString();
            if (!plan.spec().appends()
                    && "t"
                            .equals(query(
                                            "select exists (select from "
                                                    + plan.relation().name().quoted() + ")",
                                            plan)
                                    .get(0)[0])) {
                throw Problem.of(Code.SEED_ROW, name + " holds rows already")
                        .at(plan.spec().place())
                        .because(
                                "generated rows are not told apart from others, and would be there twice after a second run")
                        .help("say append: true of the table if they come on top, or reset: true of the package")
                        .note("kept: everything as it was")
                        .asException();
            }
        }
    }

    private List<@Nullable String[]> query(String sql, TablePlan plan) {
        try {
            return session.query(sql);
        } catch (SqlFailure e) {
            throw Refused.problem(
                            e,
                            "the server does not read a table for "
                                    + plan.relation().name(),
                            plan.spec().place())
                    .asException(e);
        }
    }

    private void readyBefore(TablePlan plan) {
        for (References references : plan.references()) {
            Optional<TablePlan> parent = planOf(references);
            if (parent.isPresent() && makesAgain(parent.get(), references)) {
                references.ready(new ParentRows.Made(parent.get(), references.theirs()), plan);
            } else if (parent.isEmpty()) {
                hold(references, plan);
            }
        }
    }

    private Optional<TablePlan> planOf(References references) {
        return plans.stream()
                .filter(p -> p.relation().equals(references.parent()))
                .findFirst();
    }

    private static boolean makesAgain(TablePlan parent, References references) {
        return references.mayBeMade()
                && !parent.spec().appends()
                && references.theirs().stream()
                        .allMatch(column -> parent.makes(column)
                                && Optional.ofNullable(parent.spec().columns().get(column))
                                        .filter(recipe -> !recipe.reads().isEmpty())
                                        .isEmpty());
    }

    private void hold(References references, TablePlan plan) {
        String columns = references.theirs().stream().map(Quote::identifier).collect(Collectors.joining(", "));
        String texts = references.theirs().stream()
                .map(column -> "format('%s', " + Quote.identifier(column) + ")")
                .collect(Collectors.joining(", "));
        String given = references.theirs().stream()
                .map(column -> Quote.identifier(column) + " is not null")
                .collect(Collectors.joining(" and "));
        String where = references.where();
        List<@Nullable String[]> rows = query(
                "select " + texts + " from " + references.parent().name().quoted() + " where " + given
                        + (where == null ? "" : " and (" + where + ")") + " order by " + columns + " limit " + HELD,
                plan);
        if (rows.isEmpty() && references.required() && plan.rows() > 0) {
            throw Problem.of(
                            Code.SEED_UNSATISFIED,
                            "rows for " + plan.relation().name() + " must refer to a row of "
                                    + references.parent().name() + ", which has none"
                                    + (where == null ? "" : " where " + where))
                    .at(references.place())
                    .help("bring rows of " + references.parent().name()
                            + " first, by the same file or another of the package")
                    .note("kept: everything as it was")
                    .asException();
        }
        references.ready(new ParentRows.Held(rows), plan);
    }

    /** Writes the rows, parents first. */
    public List<WrittenTable> write() {
        run(volume.before());
        session.execute("set constraints all deferred");
        List<WrittenTable> written = plans.stream().map(this::write).toList();
        session.execute("set constraints all immediate");
        run(volume.after());
        return written;
    }

    private void run(List<Volume.Sql> statements) {
        for (Volume.Sql statement : statements) {
            try {
                session.query(statement.text());
            } catch (SqlFailure e) {
                Problem problem =
                        Refused.problem(e, "the server refuses a statement around generated rows", statement.place());
                throw (problem.help() == null
                                ? problem.help("name everything with its schema: the statement sees pg_catalog only")
                                : problem)
                        .asException(e);
            }
        }
    }

    private WrittenTable write(TablePlan plan) {
        plan.references().stream().filter(r -> !r.isReady()).forEach(r -> hold(r, plan));
        String name = plan.relation().name().toString();
        MessageDigest digest = Checksum.digest();
        LongConsumer told = rows -> progress.rows(name, rows, plan.rows());
        try {
            if (plan.rows() > 0 && isSecured(plan)) {
                insert(plan, digest, told);
            } else if (plan.rows() > 0) {
                copy(plan, digest, told);
            }
        } catch (SqlFailure e) {
            String constraint = e.error().constraint();
            throw Refused.problem(
                            e,
                            "the server refuses rows for " + name + (constraint == null ? "" : ", by " + constraint),
                            plan.spec().place())
                    .asException(e);
        }
        told.accept(plan.rows());
        return new WrittenTable(name, plan.rows(), "sha256:" + HexFormat.of().formatHex(digest.digest()));
    }

    /** COPY is refused where policies decide what may be written (manual, "COPY"). */
    private boolean isSecured(TablePlan plan) {
        return plan.relation().rowSecurity()
                && "t"
                        .equals(session.query("select row_security_active("
                                        + Quote.literal(plan.relation().name().quoted()) + ")")
                                .get(0)[0]);
    }

    private void copy(TablePlan plan, MessageDigest digest, LongConsumer told) {
        String sql = "copy " + plan.relation().name().quoted() + " (" + Chunk.names(plan) + ") from stdin";
        try (ChunkStream rows = new ChunkStream(plan, threads, digest, told)) {
            session.copyIn(sql, rows);
        }
    }

    private void insert(TablePlan plan, MessageDigest digest, LongConsumer told) {
        String sql = "insert into " + plan.relation().name().quoted() + " (" + Chunk.names(plan) + ") values ";
        for (long from = 0; from < plan.rows(); from += INSERTED) {
            long to = Math.min(plan.rows(), from + INSERTED);
            session.execute(sql + Chunk.listed(plan, from, to));
            digest.update(Chunk.copied(plan, from, to));
            told.accept(from);
        }
    }
}
