package dev.lockkeeper.stewardship;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ModelReader;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.rows.Filler;
import dev.lockkeeper.rows.Kind;
import dev.lockkeeper.stewardship.classification.Classification;
import dev.lockkeeper.stewardship.classification.DataRules;
import dev.lockkeeper.stewardship.classification.Finding;
import dev.lockkeeper.stewardship.classification.Lineage;
import dev.lockkeeper.stewardship.classification.Parts;
import dev.lockkeeper.stewardship.classification.Samples;
import dev.lockkeeper.stewardship.classification.Scene;
import java.util.List;
import java.util.Set;

/**
 * What a classification file, and the database that it is about, have wrong.
 *
 * @param findings in the order of the file
 * @param tables that the project answers for
 * @param columns of them
 * @param classified how many of the columns are in the file
 * @param rows how many sample rows were looked at
 */
public record DataCheck(String file, List<Finding> findings, long tables, long columns, long classified, long rows) {
    public DataCheck {
        findings = List.copyOf(findings);
    }

    /**
     * Judges a database that may be changed: what the file asks for is tried there, and taken back.
     *
     * @param session with a throw-away database that has the schema and the sample rows
     * @param platform tables that the prelude has made
     * @param history the schema of the record, which is no part of it
     */
    public static DataCheck of(
            Session session, Classification classification, Set<ObjectName> platform, String history) {
        Model model = ModelReader.read(session).without(Set.of(history));
        Samples samples = Samples.read(session, model, classification);
        Scene scene = Scene.of(classification, model, platform, Lineage.read(session), Parts.read(session), samples);
        Trials trials = new Trials(session, scene);
        if (trials.lackRows()) {
            // rows that the constraints take, so that something can be tried
            new Filler().fill(session, List.of(Kind.values()));
        }
        return of(scene.with(trials.all()));
    }

    /** How many findings are of a level. */
    public long count(Severity severity) {
        return findings.stream().filter(one -> one.severity() == severity).count();
    }

    /** The findings as reports of migrations have theirs: they belong to the file and to no migration. */
    public List<dev.lockkeeper.check.Finding> reported() {
        return findings.stream()
                .map(one -> new dev.lockkeeper.check.Finding(
                        one.rule(), one.severity(), "", "", one.place(), one.object(), one.message(), one.help(), null))
                .toList();
    }

    private static DataCheck of(Scene scene) {
        List<Relation> tables = scene.tables().toList();
        return new DataCheck(
                scene.classification().file(),
                DataRules.judge(scene),
                tables.size(),
                tables.stream().mapToLong(table -> table.columns().size()).sum(),
                tables.stream().mapToLong(table -> known(scene, table)).sum(),
                scene.samples().rows());
    }

    private static long known(Scene scene, Relation table) {
        return table.columns().stream()
                .map(Column::name)
                .filter(name -> scene.classification()
                        .table(table.name())
                        .flatMap(entry -> entry.column(name))
                        .isPresent())
                .count();
    }
}
