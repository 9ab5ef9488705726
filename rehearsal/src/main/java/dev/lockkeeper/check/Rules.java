package dev.lockkeeper.check;

import dev.lockkeeper.check.rule.AddCheck;
import dev.lockkeeper.check.rule.AddComputedDefault;
import dev.lockkeeper.check.rule.AddExclusion;
import dev.lockkeeper.check.rule.AddForeignKey;
import dev.lockkeeper.check.rule.AddPrimaryKey;
import dev.lockkeeper.check.rule.AddReferencingColumn;
import dev.lockkeeper.check.rule.AddSerialColumn;
import dev.lockkeeper.check.rule.AddStoredColumn;
import dev.lockkeeper.check.rule.AddUnique;
import dev.lockkeeper.check.rule.AttachBesideDefault;
import dev.lockkeeper.check.rule.AttachPartition;
import dev.lockkeeper.check.rule.BuildIndex;
import dev.lockkeeper.check.rule.BuildOnFaultyServer;
import dev.lockkeeper.check.rule.BuildPartitionedIndex;
import dev.lockkeeper.check.rule.ChangeExpression;
import dev.lockkeeper.check.rule.ChangePersistence;
import dev.lockkeeper.check.rule.ChangePolicy;
import dev.lockkeeper.check.rule.ChangeTrigger;
import dev.lockkeeper.check.rule.CompactTable;
import dev.lockkeeper.check.rule.ConstrainDomain;
import dev.lockkeeper.check.rule.CopyForType;
import dev.lockkeeper.check.rule.CreatePartition;
import dev.lockkeeper.check.rule.DetachPartition;
import dev.lockkeeper.check.rule.DropForeignKey;
import dev.lockkeeper.check.rule.DropIndex;
import dev.lockkeeper.check.rule.LockForNothing;
import dev.lockkeeper.check.rule.LockSeveralTables;
import dev.lockkeeper.check.rule.LockTable;
import dev.lockkeeper.check.rule.MoveTable;
import dev.lockkeeper.check.rule.PromoteNullableIndex;
import dev.lockkeeper.check.rule.ReadTwice;
import dev.lockkeeper.check.rule.RebuildIndexForType;
import dev.lockkeeper.check.rule.RecheckForType;
import dev.lockkeeper.check.rule.ReferenceFromNewTable;
import dev.lockkeeper.check.rule.RefreshView;
import dev.lockkeeper.check.rule.Reindex;
import dev.lockkeeper.check.rule.RewriteTable;
import dev.lockkeeper.check.rule.RunWithoutLimit;
import dev.lockkeeper.check.rule.SetNotNull;
import dev.lockkeeper.check.rule.ValidateAtOnce;
import dev.lockkeeper.check.rule.WaitForLocks;
import dev.lockkeeper.check.rule.WorkUnderLock;
import java.util.List;
import java.util.Optional;

/** All rules. */
public final class Rules {
    private static final List<Rule> ALL = locks();

    private Rules() {}

    /** In the order of their ids. */
    public static List<Rule> all() {
        return ALL;
    }

    /** Of locks, copies and passes over tables. */
    private static List<Rule> locks() {
        return List.of(
                new BuildIndex(),
                new DropIndex(),
                new Reindex(),
                new BuildPartitionedIndex(),
                new AddUnique(),
                new AddPrimaryKey(),
                new PromoteNullableIndex(),
                new AddExclusion(),
                new AddForeignKey(),
                new AddReferencingColumn(),
                new ReferenceFromNewTable(),
                new DropForeignKey(),
                new AddCheck(),
                new ValidateAtOnce(),
                new SetNotNull(),
                new AddComputedDefault(),
                new AddSerialColumn(),
                new AddStoredColumn(),
                new ChangeExpression(),
                new CopyForType(),
                new RebuildIndexForType(),
                new RecheckForType(),
                new ChangePersistence(),
                new MoveTable(),
                new CompactTable(),
                new RewriteTable(),
                new AttachPartition(),
                new AttachBesideDefault(),
                new CreatePartition(),
                new DetachPartition(),
                new RefreshView(),
                new ChangeTrigger(),
                new ChangePolicy(),
                new ConstrainDomain(),
                new LockForNothing(),
                new WaitForLocks(),
                new RunWithoutLimit(),
                new WorkUnderLock(),
                new LockSeveralTables(),
                new ReadTwice(),
                new LockTable(),
                new BuildOnFaultyServer());
    }

    /** The one with this id, whatever the case of its letters. */
    public static Optional<Rule> find(String id) {
        return ALL.stream()
                .filter(rule -> rule.text().id().equalsIgnoreCase(id))
                .findFirst();
    }
}
