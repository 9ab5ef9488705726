package dev.lockkeeper.stewardship.classification;

import dev.lockkeeper.problem.Place;
import dev.lockkeeper.stewardship.classification.rule.AddressInOpenColumn;
import dev.lockkeeper.stewardship.classification.rule.FormWithoutCheck;
import dev.lockkeeper.stewardship.classification.rule.LeakThroughGeneratedColumn;
import dev.lockkeeper.stewardship.classification.rule.LeakThroughIndex;
import dev.lockkeeper.stewardship.classification.rule.LeakThroughPartitionKey;
import dev.lockkeeper.stewardship.classification.rule.LeakThroughReplication;
import dev.lockkeeper.stewardship.classification.rule.LeakThroughView;
import dev.lockkeeper.stewardship.classification.rule.MissingDescription;
import dev.lockkeeper.stewardship.classification.rule.MissingObject;
import dev.lockkeeper.stewardship.classification.rule.MissingRetention;
import dev.lockkeeper.stewardship.classification.rule.OpenGrant;
import dev.lockkeeper.stewardship.classification.rule.PlainValue;
import dev.lockkeeper.stewardship.classification.rule.RefusedChange;
import dev.lockkeeper.stewardship.classification.rule.RetentionColumn;
import dev.lockkeeper.stewardship.classification.rule.RetentionIndex;
import dev.lockkeeper.stewardship.classification.rule.RetentionOrder;
import dev.lockkeeper.stewardship.classification.rule.RetentionPartition;
import dev.lockkeeper.stewardship.classification.rule.TellingName;
import dev.lockkeeper.stewardship.classification.rule.UnclassifiedColumn;
import dev.lockkeeper.stewardship.classification.rule.UncoveredColumn;
import dev.lockkeeper.stewardship.classification.rule.UnmappedTable;
import dev.lockkeeper.stewardship.classification.rule.UnprotectedColumn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** All rules about data. */
public final class DataRules {
    private DataRules() {}

    /** In the order of their ids. */
    public static List<DataRule> all() {
        return List.of(
                new UnclassifiedColumn(),
                new MissingObject(),
                new UnprotectedColumn(),
                new FormWithoutCheck(),
                new PlainValue(),
                new LeakThroughView(),
                new LeakThroughGeneratedColumn(),
                new LeakThroughIndex(),
                new LeakThroughPartitionKey(),
                new LeakThroughReplication(),
                new OpenGrant(),
                new TellingName(),
                new MissingDescription(),
                new MissingRetention(),
                new RetentionColumn(),
                new RetentionIndex(),
                new RetentionPartition(),
                new RetentionOrder(),
                new UncoveredColumn(),
                new RefusedChange(),
                new UnmappedTable(),
                new AddressInOpenColumn());
    }

    /** The one with this id, whatever the case of its letters. */
    public static Optional<DataRule> find(String id) {
        return all().stream()
                .filter(rule -> rule.text().id().equalsIgnoreCase(id))
                .findFirst();
    }

    /** What all of them find, in the order of the file. */
    public static List<Finding> judge(Scene scene) {
        List<Finding> found = new ArrayList<>();
        for (DataRule rule : all()) {
            Findings findings = new Findings(rule.text());
            rule.judge(scene, findings);
            found.addAll(findings.all());
        }
        found.sort(Comparator.comparing(Finding::place, Comparator.comparingInt(Place::line))
                .thenComparing(Finding::rule)
                .thenComparing(Finding::object));
        return found;
    }
}
