package dev.lockkeeper.stewardship.seed;

import dev.lockkeeper.apply.Desk;
import dev.lockkeeper.apply.Undertaking;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ModelReader;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.catalog.model.Tables;
import dev.lockkeeper.database.RowSession;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.SeedPackage;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.Tokens;
import dev.lockkeeper.stewardship.volume.Volume;
import dev.lockkeeper.stewardship.volume.VolumeProgress;
import dev.lockkeeper.stewardship.volume.VolumeWriter;
import dev.lockkeeper.stewardship.volume.WrittenTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Brings one package to a database: all files in one transaction, so that all of it is there or nothing. */
public final class Seeding implements Undertaking<SeedResult> {
    private final SeedPackage seeds;
    private final String environment;
    private final String history;
    private final List<SeedFile> files;
    private final List<String> results;
    private final SeedKeys keys;
    private final SeedMode mode;
    private final Consumer<Session> admission;
    private final VolumeProgress progress;

    private Seeding(
            SeedPackage seeds,
            String environment,
            String history,
            List<SeedFile> files,
            List<String> results,
            SeedKeys keys,
            SeedMode mode,
            Consumer<Session> admission,
            VolumeProgress progress) {
        this.seeds = seeds;
        this.environment = environment;
        this.history = history;
        this.files = files;
        this.results = results;
        this.keys = keys;
        this.mode = mode;
        this.admission = admission;
        this.progress = progress;
    }

    /**
     * Reads the files and takes the keys; connects to nothing.
     *
     * @param tokens of the component and the package
     * @param environment to which it is brought
     * @param history the schema of the record, which no package brings rows to
     * @param variables of the process
     * @param admission asked under the runner lock; throws when the package may not be brought
     * @param progress told how far generated rows are
     * @throws LockkeeperException {@code seed-file}, {@code file-unreadable} or {@code seed-key-missing}
     */
    public static Seeding of(
            SeedPackage seeds,
            Tokens tokens,
            String environment,
            String history,
            Map<String, String> variables,
            SeedMode mode,
            Consumer<Session> admission,
            VolumeProgress progress) {
        List<SeedFile> files = SeedFile.read(seeds, tokens);
        List<String> results = seeds.results().stream()
                .map(query -> Script.of(seeds.place().file(), query, tokens).text())
                .toList();
        return new Seeding(
                seeds, environment, history, files, results, SeedKeys.of(files, variables), mode, admission, progress);
    }

    @Override
    public String command() {
        return "seed";
    }

    @Override
    public boolean stays() {
        return mode == SeedMode.RUN;
    }

    @Override
    public void admit(Session session) {
        admission.accept(session);
    }

    @Override
    public SeedResult work(Desk desk) {
        return new Work(desk).run();
    }

    @Override
    public String detail(SeedResult result) {
        return result.sentence();
    }

    @Override
    public String payload(SeedResult result) {
        return Json.document(json -> {
            json.put("outcome", "done");
            result.json(json);
        });
    }

    /** One run of the package. */
    private final class Work {
        private final Desk desk;
        private final RowSession session;
        private final Model model;
        private final Finder finder;
        private final Map<RowSet, Bound> bound = new LinkedHashMap<>();
        private final Map<Volume, VolumeWriter> volumes = new LinkedHashMap<>();

        Work(Desk desk) {
            this.desk = desk;
            this.session = new RowSession(desk.session(), seeds.role());
            this.model = ModelReader.read(desk.session()).without(Set.of(history));
            this.finder = new Finder(session, new Tables(model), new Spelling(model, keys));
        }

        SeedResult run() {
            List<Relation> emptied = bind();
            Contents earlier = mode == SeedMode.CHECK ? contents() : new Contents(session, finder);
            new Emptying(desk.session(), seeds.place(), seeds.reset(), model).empty(emptied);
            List<TableCount> counts = new ArrayList<>();
            List<WrittenTable> generated = new ArrayList<>();
            long statements = 0;
            for (SeedFile file : files) {
                if (file instanceof SeedFile.Statements script) {
                    statements += desk.run(script.script(), seeds.role());
                } else if (file instanceof SeedFile.Rows rows) {
                    write(rows, counts, generated);
                }
            }
            session.execute("set constraints all immediate");
            Contents now = contents();
            return new SeedResult(
                    seeds.name(),
                    environment,
                    files.stream().map(f -> file(f.script())).toList(),
                    emptied.stream().map(r -> r.name().toString()).toList(),
                    counts,
                    statements,
                    generated,
                    mode == SeedMode.CHECK ? earlier.digest() : null,
                    earlier.missing(),
                    now.digest());
        }

        private static SeedResult.File file(Script script) {
            return new SeedResult.File(script.file(), script.renderedChecksum().toString());
        }

        private void write(SeedFile.Rows rows, List<TableCount> counts, List<WrittenTable> generated) {
            RowWriter writer = new RowWriter(session, finder);
            rows.sets().forEach(set -> counts.add(writer.write(bound(set))));
            VolumeWriter volume = rows.volume() == null ? null : volumes.get(rows.volume());
            if (volume != null && mode != SeedMode.CHECK) {
                volume.prove();
                generated.addAll(volume.write());
            }
        }

        private Bound bound(RowSet set) {
            return Optional.ofNullable(bound.get(set)).orElseThrow();
        }

        /** Ties everything to the database before anything is changed. Gives the tables that are to be emptied. */
        private List<Relation> bind() {
            Binding binding = new Binding(model, keys);
            List<Problem> problems = new ArrayList<>();
            for (SeedFile file : files) {
                if (file instanceof SeedFile.Rows rows) {
                    rows.sets().forEach(set -> binding.bind(set).ifPresent(b -> bound.put(set, b)));
                    Volume volume = rows.volume();
                    if (volume != null) {
                        VolumeWriter writer = new VolumeWriter(
                                session, volume, model, Runtime.getRuntime().availableProcessors(), progress);
                        volumes.put(volume, writer);
                        problems.addAll(writer.problems());
                    }
                }
            }
            problems.addAll(0, binding.problems());
            List<Relation> emptied = emptied(problems);
            if (!problems.isEmpty()) {
                throw new LockkeeperException(problems);
            }
            return emptied;
        }

        private List<Relation> emptied(List<Problem> problems) {
            Set<Relation> emptied = new LinkedHashSet<>();
            Tables tables = new Tables(model);
            for (String name : seeds.tables()) {
                tables.find(name)
                        .ifPresentOrElse(
                                emptied::add,
                                () -> problems.add(Problem.of(Code.SEED_FILE, "there is no table " + name)
                                        .at(seeds.place())
                                        .help(tables.advice(name))));
            }
            if (!seeds.resets()) {
                return List.of();
            }
            bound.values().forEach(b -> emptied.add(b.relation()));
            volumes.values().forEach(v -> emptied.addAll(v.tables()));
            return List.copyOf(emptied);
        }

        private Contents contents() {
            Contents contents = new Contents(session, finder);
            bound.values().forEach(contents::read);
            results.forEach(query -> contents.read(query, seeds.place()));
            return contents;
        }
    }
}
